"""Constraints and indexes that several tables share."""

from collections.abc import Iterable

from django.db.models import CheckConstraint, F, Index, Q


def choices(words: Iterable[str]) -> list[tuple[str, str]]:
    """A Django `choices` list from a vocabulary of `scoring`."""
    return [(str(word), str(word)) for word in words]


def one_of(table: str, field: str, words: Iterable[str], *, blank: bool = False) -> CheckConstraint:
    """The database refuses a word that is not in the vocabulary, whoever writes it."""
    allowed = [str(word) for word in words] + ([""] if blank else [])
    return CheckConstraint(
        condition=Q(**{f"{field}__in": allowed}),
        name=f"{table}_{field}_word",
        violation_error_message=f"{field} is one of: {', '.join(w or '(blank)' for w in allowed)}.",
    )


def ordered(table: str, low: str, high: str) -> CheckConstraint:
    """Low is never above high; both are there or neither."""
    return CheckConstraint(
        condition=Q(**{f"{low}__isnull": True, f"{high}__isnull": True})
        | Q(**{f"{low}__isnull": False, f"{high}__isnull": False, f"{low}__lte": F(high)}),
        name=f"{table}_{low}_{high}",
    )


def where_given(table: str, column: str) -> Index:
    """An index of a reference that few rows have: those without one cost nothing."""
    given = Q(**{f"{column}__isnull": False})
    return Index(fields=[column], condition=given, name=f"{table}_{column}_given")
