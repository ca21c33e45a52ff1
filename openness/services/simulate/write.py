"""Write synthetic projects in sets: what they share once, what is their own by COPY and join.

The database inserts some projects while the next ones are drawn, and while their kinds are settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from random import Random

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from openness.models import (
    Evidence,
    Listing,
    Organization,
    Project,
    ProjectPeriod,
    ProjectProfile,
    Quantity,
    Revision,
)
from openness.models.evidence import CLAIM_COLUMNS, claim_fields
from openness.services.assess import one_at_a_time
from openness.services.copying import copy_in, copy_rows, copy_text, text_of
from openness.services.listings import COLUMNS, listing_of, profile_rows
from openness.services.periods import keep_new
from openness.services.references import checked_at_once
from openness.services.scores import score_derived
from openness.services.simulate.draw import (
    HERE,
    SOURCE,
    STATED_ON,
    Template,
    makers,
    months,
    quantity,
    templates,
)
from openness.services.simulate.names import maker_name, project_name
from scoring.facts import Facts
from scoring.profile import Profile as PureProfile
from scoring.profile import profile_of

TEMPLATES = 60_000
"""Kinds of project that are drawn at most; the projects share them as often as they were drawn."""

SUMMARY = "Made up by `manage.py simulate` for benchmarks."
STEP = 50_000
"""Projects that are drawn while the ones before are inserted."""

ADDED = (Project, Quantity, ProjectProfile, Listing, Evidence, ProjectPeriod)
DAYS = 365
"""The list rows of synthetic projects are spread over so many days before now."""

_SLUG = "synthetic-"
SIZE = quantity(1)
_TEMPLATE = ("template", "kind", "modality", "base", "base_name")
_MEMBER = ("place", "slug", "name", "maker", "template", "released", "age")


@dataclass(slots=True)
class Simulated:
    """Counts of what was written or taken out."""

    projects: int = 0
    organizations: int = 0
    profiles: int = 0
    statements: int = 0
    scores: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


@transaction.atomic
def simulate(number: int, *, seed: int = 1) -> Simulated:
    """Add so many synthetic projects with their evidence, list rows, scores and tallies."""
    one_at_a_time()
    rng = Random(seed)  # noqa: S311 made-up data, no secret
    first = Project.objects.filter(synthetic=True).count()
    revision = Revision.objects.create(kind="simulate", summary=f"simulate {number}")
    drawn = list(templates(min(number, TEMPLATES), rng))
    first_of: dict[Template, int] = {}  # equal ones are settled once, as the first of them
    kinds = [first_of.setdefault(one, place) for place, one in enumerate(drawn)]
    sizes = makers(number, rng)
    done = Simulated(projects=number, organizations=len(sizes))
    first_maker = _makers(len(sizes))
    members = _members(drawn, kinds, sizes, first, first_maker, rng)
    with checked_at_once(*ADDED), connection.cursor() as cursor:
        cursor.execute(_sql("tables"))
        _kinds(cursor, drawn, kinds)
        with ThreadPoolExecutor(2) as beside:
            settled = beside.submit(_settled, drawn, kinds)
            done.statements = _insert_all(cursor, members, revision, beside)
        done.profiles = _listings(cursor, settled.result())
        cursor.execute(_sql("settled"), {"revision": revision.pk})
        keep_new(revision)
    done.scores, _ = score_derived(revision)
    return done


def _sql(name: str) -> str:
    """The statements of a file beside this one; the columns of a statement are put in."""
    columns = {
        "claims": ", ".join(CLAIM_COLUMNS),
        "of_claim": ", ".join(f"c.{column}" for column in CLAIM_COLUMNS),
        "listed": ", ".join(COLUMNS),
        "of_listing": ", ".join(f"t.{column}" for column in COLUMNS),
        "source": SOURCE,
        "trust": int(SIZE.trust),
        "link": SIZE.link,
        "stated_on": STATED_ON,
        "summary": SUMMARY,
        "days": DAYS,
    }
    return (HERE / f"{name}.sql").read_text(encoding="utf-8").format(**columns)


def _makers(number: int) -> int:
    """Make so many makers; the number of those that were there."""
    first = Organization.objects.filter(source=SOURCE).count()
    copy_rows(
        [
            Organization(slug=f"synthetic-maker-{n + 1}", name=maker_name(n), source=SOURCE)
            for n in range(first, first + number)
        ]
    )
    return first


def _kinds(cursor: CursorWrapper, drawn: list[Template], kinds: list[int]) -> None:
    """Keep each kind of template once, and its statements."""
    places = list(dict.fromkeys(kinds))
    copy_in(
        cursor,
        "sim_template",
        _TEMPLATE,
        (
            (
                place,
                (one := drawn[place]).kind,
                one.modality,
                one.base,
                "a base that has no row" if one.base_unknown else "",
            )
            for place in places
        ),
    )
    copy_in(
        cursor,
        "sim_claim",
        ("template", *CLAIM_COLUMNS),
        (
            (place, *claim_fields(claim).values())
            for place in places
            for claim in drawn[place].claims
        ),
    )
    cursor.execute(_sql("kinds"))


def _insert_all(
    cursor: CursorWrapper,
    members: Iterator[tuple[object, ...]],
    revision: Revision,
    beside: Executor,
) -> int:
    """Add all projects, some at a time, while the next ones are drawn; how many statements."""
    statements = start = 0
    running: Future[int] | None = None
    while text := text_of(islice(members, STEP)):
        statements += running.result() if running else 0
        running = beside.submit(_insert, cursor, text, start, revision)
        start += STEP
    return statements + (running.result() if running else 0)


def _insert(cursor: CursorWrapper, members: str, start: int, revision: Revision) -> int:
    """Add these projects, the first of which has this place, and what is said of them.

    Returns how many statements that is.
    """
    copy_text(cursor, "sim_member", _MEMBER, members)
    if start == 0:
        cursor.execute("ANALYZE sim_member")
    cursor.execute(_sql("projects"), {"start": start, "revision": revision.pk})
    return int(cursor.rowcount)


def _settled(drawn: list[Template], kinds: list[int]) -> dict[int, tuple[Facts, PureProfile]]:
    """What is held of each kind of template and what lenses read of it, by its place.

    `kinds` names for each template the first that equals it.
    """
    on = timezone.localdate()
    facts: dict[int, Facts] = {}
    for place in dict.fromkeys(kinds):
        one = drawn[place]
        base = facts[kinds[one.base]] if one.base is not None else None
        facts[place] = one.facts(base, on)
    return {place: (held, profile_of(held)) for place, held in facts.items()}


def _listings(cursor: CursorWrapper, settled: dict[int, tuple[Facts, PureProfile]]) -> int:
    """Keep the profile and the list row of each kind of template; how many profiles."""
    digests = {place: profile.digest() for place, (_, profile) in settled.items()}
    pure = {digests[place]: profile for place, (_, profile) in settled.items()}
    profiles = profile_rows(pure)
    rows = {
        place: listing_of(facts, profiles[digests[place]]) for place, (facts, _) in settled.items()
    }
    copy_in(
        cursor,
        "sim_listing",
        ("template", *COLUMNS),
        ((place, *(getattr(row, name) for name in COLUMNS)) for place, row in rows.items()),
    )
    return len(pure)


def _members(
    drawn: list[Template],
    kinds: list[int],
    sizes: list[int],
    first: int,
    first_maker: int,
    rng: Random,
) -> Iterator[tuple[object, ...]]:
    """One row a project, maker by maker; the first ones are the releases to derive from.

    Those are of the smallest makers, one each, since a maker's own base does not bind it.
    """
    names, weights = months()
    bases = 1 + max((one.base for one in drawn if one.base is not None), default=-1)
    order = [maker for maker, size in enumerate(sizes) for _ in range(size)]
    order.reverse()
    for place, maker in enumerate(order):
        template = place if place < bases else rng.randrange(bases, len(drawn))
        yield (
            place,
            f"{_SLUG}{first + place + 1}",
            project_name(rng, drawn[template].parameters),
            f"synthetic-maker-{first_maker + maker + 1}",
            kinds[template],
            rng.choices(names, weights)[0],
            rng.random(),
        )


@transaction.atomic
def remove() -> Simulated:
    """Take out every synthetic project and what hangs on it; the profiles nobody has go too."""
    one_at_a_time()
    done = Simulated(projects=Project.objects.filter(synthetic=True).count())
    if not done.projects:
        return done
    revision = Revision.objects.create(kind="simulate", summary="simulate --remove")
    with connection.cursor() as cursor:
        for name in ("statements", "organizations", "scores", "profiles"):
            cursor.execute(_sql(f"remove-{name}"), {"source": SOURCE})
            setattr(done, name, cursor.rowcount)
    score_derived(revision)
    return done
