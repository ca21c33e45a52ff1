DELETE FROM openness_project USING gone WHERE openness_project.id = gone.id;
DELETE FROM openness_organization WHERE source = %(source)s;
