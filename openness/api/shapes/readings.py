"""What is worked out from what is held: raises, disagreements, comparisons, plots."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from openness.plotted import PLOTS
from scoring.agreement import Why
from scoring.facts import Kind
from scoring.lenses import LENSES


class Step(serializers.Serializer[Any]):
    """One thing to do."""

    term = serializers.CharField(help_text="A component, access, hosted, terms or a judgement.")
    to = serializers.CharField(help_text="What it would have to become.")


class Raise(serializers.Serializer[Any]):
    """Changes that together move a result, and what it would be."""

    changes = Step(many=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(allow_null=True)


class Raises(serializers.Serializer[Any]):
    """What a lens gives now, and what would raise that, the least work first."""

    lens = serializers.ChoiceField(choices=list(LENSES))
    basis = serializers.ChoiceField(choices=["published", "derived"])
    edition = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True, help_text="How far the next class is.")
    raises = Raise(many=True)


class Side(serializers.Serializer[Any]):
    """One of two statements."""

    state = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field, whatever a base has
    link = serializers.CharField(allow_null=True)
    record = serializers.CharField(allow_null=True)
    stated_on = serializers.DateField(allow_null=True)


class Disagreement(serializers.Serializer[Any]):
    """Two statements on one component that cannot both be true of it."""

    component = serializers.CharField()
    why = serializers.ChoiceField(choices=list(Why))
    more_open = Side()
    less_open = Side()
    asked = serializers.ListField(
        child=serializers.CharField(), help_text="What each asks, where that is why."
    )


class ComparedProject(serializers.Serializer[Any]):
    """One of the projects, in the order of the answers."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(Kind))
    url = serializers.CharField()


class Answer(serializers.Serializer[Any]):
    """What a row says of one project; all null where it does not apply."""

    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    word = serializers.CharField(allow_null=True, help_text="How a cell looks, a grade, a state.")


class ComparedRow(serializers.Serializer[Any]):
    """One row: a cell of the grid (`run.laptop`), a lens, or a component."""

    section = serializers.ChoiceField(choices=["grid", "lenses", "components"])
    key = serializers.CharField()
    differs = serializers.BooleanField()
    answers = Answer(many=True)


class Comparison(serializers.Serializer[Any]):
    """Projects side by side."""

    revision = serializers.IntegerField()
    projects = ComparedProject(many=True)
    rows = ComparedRow(many=True)


class PlotRow(serializers.Serializer[Any]):
    """One column or bar of the picture."""

    name = serializers.CharField()
    values = serializers.ListField(child=serializers.IntegerField(allow_null=True))


class Plot(serializers.Serializer[Any]):
    """A picture of many projects, as numbers."""

    key = serializers.ChoiceField(choices=list(PLOTS))
    title = serializers.CharField()
    sentence = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = PlotRow(many=True)
    picture = serializers.CharField(help_text="Address of the picture (SVG).")
