-- Those of profiles that no project has or ever had.
DELETE FROM openness_score s
WHERE profile_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM openness_listing l WHERE l.profile_id = s.profile_id)
  AND NOT EXISTS (SELECT FROM openness_projectprofile r WHERE r.profile_id = s.profile_id)
  AND NOT EXISTS (SELECT FROM openness_projectperiod r WHERE r.profile_id = s.profile_id);
