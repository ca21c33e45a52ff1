"""Ranks of our readings are counted when they are read, from how many rows have which value."""

import django.contrib.postgres.fields
import django.db.models.functions.comparison
from django.db import migrations, models

# What has no rank has no key. Only osaid ranks by a word; all others by both ends of the value.
COUNT = """
    INSERT INTO openness_tally (lens, version, low, high, grade, key, projects)
    SELECT s.lens, s.version, s.low, s.high, s.grade,
        CASE
            WHEN min(s.rank) IS NULL THEN NULL
            WHEN s.lens = 'osaid' THEN ARRAY[1 - array_position(ARRAY[
                'meets', 'would_meet_with_other_terms', 'undetermined', 'does_not_meet'
            ], s.grade::text)]::float8[]
            ELSE ARRAY[s.low, s.high]
        END,
        sum(l.n)
    FROM openness_score s
    JOIN (SELECT profile_id, count(*) AS n FROM openness_listing GROUP BY profile_id) l
    USING (profile_id)
    GROUP BY s.lens, s.version, s.low, s.high, s.grade
"""


class Migration(migrations.Migration):

    dependencies = [("openness", "0011_lists")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lens", models.CharField(max_length=20)),
                ("version", models.CharField(max_length=20)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("grade", models.CharField(blank=True, max_length=40)),
                (
                    "key",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(),
                        help_text="The better, the larger; null: nothing known.",
                        null=True,
                        size=None,
                    ),
                ),
                ("projects", models.IntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                "lens",
                "version",
                "grade",
                django.db.models.functions.comparison.Coalesce("low", -1.0),
                django.db.models.functions.comparison.Coalesce("high", -1.0),
                name="tally_once_a_value",
            ),
        ),
        migrations.AddIndex(
            "tally", models.Index(fields=["lens", "version", "key"], name="tally_in_order")
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.RemoveIndex("score", "openness_sc_lens_092e22_idx"),
        migrations.RemoveField("score", "rank"),
        migrations.AddIndex(
            "score",
            models.Index(fields=["lens", "basis", "version"], name="openness_sc_lens_7a21ec_idx"),
        ),
    ]
