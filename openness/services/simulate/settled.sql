-- What follows from the statements, in the same order.
ANALYZE sim_member, sim_listing;

INSERT INTO openness_quantity (
    project_id, name, low, high, detail, source, trust, link, record, stated_on, note
)
SELECT m.project_id, 'parameters', t.parameters, t.parameters, '', '{source}', {trust}, '{link}',
       '', '{stated_on}', ''
FROM sim_member m
JOIN sim_listing t USING (template)
WHERE t.parameters IS NOT NULL
ORDER BY m.place;

INSERT INTO openness_projectprofile (project_id, profile_id, since_id)
SELECT m.project_id, t.profile_id, %(revision)s
FROM sim_member m
JOIN sim_listing t USING (template)
ORDER BY m.place;

INSERT INTO openness_listing (project_id, revision_id, updated_at, {listed})
SELECT m.project_id, %(revision)s, now() - m.age * interval '{days} days', {of_listing}
FROM sim_member m
JOIN sim_listing t USING (template)
ORDER BY m.place;

-- Plans of what follows would be made for the tables as they were.
ANALYZE openness_project, openness_listing, openness_evidence, openness_profile,
    openness_organization, openness_quantity, openness_projectprofile;
