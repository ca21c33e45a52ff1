-- The projects from a place on, maker by maker, and what is said of them.
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
WHERE m.place >= %(start)s
ORDER BY m.place;

INSERT INTO openness_evidence (project_id, since_id, author, {claims})
SELECT m.project_id, %(revision)s, '', {of_claim}
FROM sim_member m
JOIN sim_claim c USING (template)
WHERE m.place >= %(start)s
ORDER BY m.place;
