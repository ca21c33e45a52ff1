"""The past keeps what organizations were called: from here on; before, as they are called now."""

from django.db import migrations, models

PROJECTS = """
    UPDATE openness_projectperiod held SET organization_name = o.name
    FROM openness_organization o WHERE o.id = held.organization_id
"""
PUBLISHED = """
    UPDATE openness_publishedperiod held SET organization_name = o.name
    FROM openness_subject u JOIN openness_organization o ON o.id = u.organization_id
    WHERE u.id = held.subject_id
"""


class Migration(migrations.Migration):

    dependencies = [("openness", "0014_listed_as")]

    operations = [
        migrations.AddField(
            "projectperiod",
            "organization_name",
            models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            "publishedperiod",
            "organization_name",
            models.CharField(
                blank=True,
                db_default="",
                help_text="Where it is of an organization.",
                max_length=200,
            ),
        ),
        migrations.RunSQL([PROJECTS, PUBLISHED], migrations.RunSQL.noop),
    ]
