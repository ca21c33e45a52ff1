-- Kinds of projects with their statements and list rows, and the projects that are made from them.
-- Joins and sorts of a million rows need not go through files.
SET LOCAL work_mem = '64MB';
DROP TABLE IF EXISTS sim_template, sim_claim, sim_listing, sim_member;
CREATE TEMP TABLE sim_template (
    template int PRIMARY KEY, kind text, modality text, base int, base_name text
) ON COMMIT DROP;
CREATE TEMP TABLE sim_claim ON COMMIT DROP AS
SELECT 0 AS template, {claims} FROM openness_evidence WHERE false;
CREATE TEMP TABLE sim_listing ON COMMIT DROP AS
SELECT 0 AS template, {listed} FROM openness_listing WHERE false;
CREATE TEMP TABLE sim_member (
    project_id bigint DEFAULT nextval(pg_get_serial_sequence('openness_project', 'id')),
    place int PRIMARY KEY, slug text, name text, maker text, template int, released text,
    age float
) ON COMMIT DROP;
