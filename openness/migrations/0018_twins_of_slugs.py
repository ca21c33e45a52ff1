"""Leave out the indexes for LIKE 'word%' that come with unique texts: nothing asks so.

What is looked for is a part anywhere (trigrams), or a whole slug or digest (the unique index).
"""

from django.db import migrations

# The names that Django gives them; it makes them with the column and keeps no record of them.
TWINS = (
    "openness_project_slug_6ad5c3e7_like",
    "openness_organization_slug_196b4dec_like",
    "openness_profile_digest_7ecebd92_like",
)


class Migration(migrations.Migration):

    dependencies = [("openness", "0017_scores_of_a_lens")]

    operations = [
        migrations.RunSQL([f"DROP INDEX IF EXISTS {name}" for name in TWINS], migrations.RunSQL.noop)
    ]
