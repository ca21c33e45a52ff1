DROP TABLE IF EXISTS gone;
CREATE TEMP TABLE gone ON COMMIT DROP AS
SELECT id, organization_id FROM openness_project WHERE synthetic;
CREATE INDEX ON gone (id);
ANALYZE gone;
DELETE FROM openness_pendingscore USING gone WHERE project_id = gone.id;
DELETE FROM openness_projectperiod USING gone WHERE project_id = gone.id;
DELETE FROM openness_listing USING gone WHERE project_id = gone.id;
DELETE FROM openness_projectprofile USING gone WHERE project_id = gone.id;
DELETE FROM openness_change USING gone WHERE project_id = gone.id;
DELETE FROM openness_quantity USING gone WHERE project_id = gone.id;
DELETE FROM openness_evidence USING gone WHERE project_id = gone.id;
