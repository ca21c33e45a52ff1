"""A ranking by COPY has the bytes that Python's own writer gives, whatever stands in its rows."""

from random import Random

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from openness.exports.copied import ROWS, copied_texts
from openness.exports.rankings import COLUMNS, ranking_csv, rows
from openness.exports.snapshot import Frozen
from openness.exports.tables import csv_text
from openness.filters import SORTS, Query
from openness.models import Listing, Organization, Project, Revision
from scoring.facts import Access, Hosting
from scoring.lenses import LENSES
from tests.factories import OrganizationFactory, component, project_with, weights

HOSTILE = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=", "-", "+", "'=1", "''"),
    *('a "quote"', '"', '""', "a, b", "a\r\nb", "\n", "\r", "a\\b", "\\.", "\\N", "NULL"),
    *(" lead", "trail ", "%s", "100%", "{}", "模型", "🦜", "é", "\u2028", "\x1f", "\x7f"),
)
"""Names that break what is careless about quotes, line ends, formulas or escapes."""


def by_python(query: Query) -> bytes:
    return "".join(csv_text(COLUMNS, rows(query))).encode()


def by_copy(query: Query) -> bytes:
    return b"".join(ranking_csv(query))


@pytest.fixture
def hostile(db: None) -> None:
    """A project for each text: as its name, the name of its maker, and its license."""
    rng = Random(8)  # noqa: S311 repeatable, not secret
    claims = (weights(), component("model_card"), weights("none"), component("training_code"))
    for number in range(8):
        project_with(*rng.sample(claims, 2), slug=f"pattern-{number}")
    patterns = list(Listing.objects.order_by("pk"))
    for number, text in enumerate(HOSTILE):
        maker = None if number % 7 == 0 else OrganizationFactory(name=text)
        project = Project.objects.create(
            slug=f"{'-' * (number % 3)}hostile-{number}",
            name=text,
            kind="model",
            organization=maker,
        )
        listing = rng.choice(patterns)
        listing.pk = project.pk
        listing.project = project
        listing.license = rng.choice(["", text, "MIT"])
        listing.license_ids = [listing.license] * bool(listing.license) + ["Apache-2.0"]
        listing.parameters = rng.choice([None, 0, 7_000_000_000])
        listing.weights_least, listing.weights_most = rng.choice(spans([*Access]))
        listing.api_least, listing.api_most = rng.choice(spans([*Hosting]))
        listing.save(force_insert=True)


def spans(words: list[str]) -> list[tuple[str, str]]:
    return [(str(least), str(most)) for least in words for most in (least, words[-1])]


QUERIES = (
    *(f"lens={lens}&basis={basis}" for lens, rule in LENSES.items() for basis in rule.bases),
    *(f"sort={sort}" for name in SORTS for sort in (name, f"-{name}")),
    *("sort=rank&page=2&per_page=7", "sort=-name&page=99", "q=a", "license=Apache-2.0,MIT"),
    *(
        "weights=none,public&api=free_api",
        "sourced=1",
        "parameters_max=5",
        "training_code=open",
        "q=%25",
    ),
)


def test_copy_has_the_bytes_of_the_writer(hostile: None) -> None:
    revision = Revision.objects.earliest("pk").pk
    for asked in (*QUERIES, f"rev={revision}", f"rev={revision}&sort=-rank"):
        query = Query.of(asked)
        assert not query.ignored, asked
        assert by_copy(query) == by_python(query), asked
    with override("zh-hans"):
        assert by_copy(Query()) == by_python(Query())
        assert b"/zh-hans/projects/" in by_copy(Query())


def test_texts_that_break_careless_writers_stand_as_they_should(hostile: None) -> None:
    text = by_copy(Query()).decode()
    assert text.count("\r\n") > len(HOSTILE)
    for part in (',"a ""quote""",', ",'=1+1,", ",=,", '"a\r\nb"', '"\n"', ",模型,", ",'-1,", ".."):
        assert part in text, part


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [0, 1, ROWS - 1, ROWS, ROWS + 1, 5 * ROWS])
def test_texts_come_whole_and_without_what_is_around_them(number: int) -> None:
    texts = f"SELECT repeat('é', n) || E'\\n' FROM generate_series(1, {number}) n"  # noqa: S608 our own number
    with transaction.atomic():
        found = b"".join(copied_texts(f"COPY ({texts}) TO STDOUT (FORMAT binary)"))
    assert found.decode() == "".join("é" * n + "\n" for n in range(1, number + 1))


ENDLESS = "COPY (SELECT n || E'\\n' FROM generate_series(1, 100000000) n) TO STDOUT (FORMAT binary)"
BROKEN = "COPY (SELECT (1 / 0)::text) TO STDOUT (FORMAT binary)"


@pytest.mark.django_db(transaction=True)
def test_who_stops_reading_frees_the_connection() -> None:
    frozen = Frozen(lambda _: copied_texts(ENDLESS))
    assert next(frozen).startswith(b"1\n2\n")
    frozen.close()
    assert not connection.in_atomic_block
    assert Organization.objects.count() == 0  # the connection answers at once


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_fails_says_so_and_gives_the_snapshot_back() -> None:
    frozen = Frozen(lambda _: copied_texts(BROKEN))
    with pytest.raises(Exception, match="division by zero"):
        list(frozen)
    assert not connection.in_atomic_block
    assert Organization.objects.count() == 0
