DELETE FROM openness_profile p
WHERE NOT EXISTS (SELECT FROM openness_listing l WHERE l.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM openness_projectprofile r WHERE r.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM openness_projectperiod r WHERE r.profile_id = p.id);
