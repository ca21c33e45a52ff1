-- Projects maker by maker, then what hangs on them in the same order; the statements come last.
CREATE INDEX ON sim_claim (template);
ANALYZE sim_member, sim_template, sim_claim;

INSERT INTO openness_project (
    id, slug, name, organization_id, kind, family, derived_from_id, derived_from_name, modality,
    released, homepage, summary, synthetic, created_at, updated_at
)
SELECT m.project_id, m.slug, m.name, maker.id, t.kind, '', base.project_id, t.base_name,
       t.modality, m.released, '', '{summary}', true, now(), now()
FROM sim_member m
JOIN sim_template t USING (template)
JOIN openness_organization maker ON maker.slug = m.maker
LEFT JOIN sim_member base ON base.place = t.base
ORDER BY m.place;

INSERT INTO openness_quantity (
    project_id, name, low, high, detail, source, trust, link, record, stated_on, note
)
SELECT m.project_id, 'parameters', t.parameters, t.parameters, '', '{source}', {trust}, '{link}',
       '', '{stated_on}', ''
FROM sim_member m
JOIN sim_template t USING (template)
WHERE t.parameters IS NOT NULL
ORDER BY m.place;

INSERT INTO openness_projectprofile (project_id, profile_id, since_id)
SELECT m.project_id, t.profile_id, %(revision)s
FROM sim_member m
JOIN sim_template t USING (template)
ORDER BY m.place;

INSERT INTO openness_listing (project_id, revision_id, updated_at, {listed})
SELECT m.project_id, %(revision)s, now() - m.age * interval '{days} days', {of_listing}
FROM sim_member m
JOIN sim_template t USING (template)
ORDER BY m.place;

INSERT INTO openness_evidence (project_id, since_id, author, {claims})
SELECT m.project_id, %(revision)s, '', {of_claim}
FROM sim_member m
JOIN sim_claim c USING (template)
ORDER BY m.place;
