from django.db import migrations


class Migration(migrations.Migration):
    """Tell the planner how many scores a lens has.

    Lens, basis and version go together. Without this it multiplies their shares, expects a fifth of
    the rows, and joins lists one row at a time.
    """

    dependencies = [
        ("openness", "0016_lean_indexes"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS score_of_lens (dependencies, mcv)"
            " ON lens, basis, version FROM openness_score",
            "DROP STATISTICS score_of_lens",
        ),
    ]
