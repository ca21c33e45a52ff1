"""Names are found by a part of them and in their order; adding or removing synthetic projects is a
kind of revision of its own."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

KINDS = ["catalogue", "import", "submission", "refresh", "rescore", "edit", "simulate"]


def has(name, field):
    """An index by which a part of a text is found, in capitals or not."""
    upper = django.db.models.functions.text.Upper(field)
    return django.contrib.postgres.indexes.GinIndex(
        django.contrib.postgres.indexes.OpClass(upper, name="gin_trgm_ops"), name=name
    )


class Migration(migrations.Migration):

    dependencies = [("openness", "0010_refresh_pages")]

    operations = [
        migrations.RemoveIndex("organization", "organization_name_trgm"),
        migrations.RemoveIndex("project", "project_name_trgm"),
        migrations.AddIndex("organization", has("organization_name_has", "name")),
        migrations.AddIndex("project", has("project_name_has", "name")),
        migrations.AddIndex("project", has("project_slug_has", "slug")),
        migrations.AddIndex(
            "project", models.Index(fields=["name", "slug"], name="project_by_name")
        ),
        migrations.RemoveConstraint("revision", "revision_kind_word"),
        migrations.AlterField(
            "revision",
            "kind",
            models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20),
        ),
        migrations.AddConstraint(
            "revision",
            models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)),
                name="revision_kind_word",
                violation_error_message=f"kind is one of: {', '.join(KINDS)}.",
            ),
        ),
    ]
