-- What a template has, its statements, and the projects that are made from it.
DROP TABLE IF EXISTS sim_template, sim_claim, sim_member;
CREATE TEMP TABLE sim_template (
    template int PRIMARY KEY, kind text, modality text, base int, base_name text,
    profile_id bigint, license text, license_ids text[], license_class text,
    weights_least text, weights_most text, api_least text, api_most text,
    parameters bigint, statements int, sourced int
) ON COMMIT DROP;
CREATE TEMP TABLE sim_claim ON COMMIT DROP AS
SELECT 0 AS template, {claims} FROM openness_evidence WHERE false;
CREATE TEMP TABLE sim_member (
    project_id bigint DEFAULT nextval(pg_get_serial_sequence('openness_project', 'id')),
    place int PRIMARY KEY, slug text, name text, maker text, template int, released text,
    age float
) ON COMMIT DROP;
