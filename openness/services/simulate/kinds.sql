CREATE INDEX ON sim_claim (template);
ANALYZE sim_template, sim_claim;
