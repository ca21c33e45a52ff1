-- Plans of what follows would be made for the tables as they were.
ANALYZE openness_project, openness_listing, openness_evidence, openness_profile,
    openness_organization, openness_quantity, openness_projectprofile;
