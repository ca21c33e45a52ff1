"""Write synthetic projects in sets: what they share once, what is their own by COPY and join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
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
from openness.services.copying import copy_in, copy_rows
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
ADDED = (Project, Quantity, ProjectProfile, Listing, Evidence, ProjectPeriod)
DAYS = 365
"""The list rows of synthetic projects are spread over so many days before now."""

_SLUG = "synthetic-"
SIZE = quantity(1)
_TEMPLATE = ("template", "kind", "modality", "base", "base_name", *COLUMNS)
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
    with checked_at_once(*ADDED), connection.cursor() as cursor:
        cursor.execute(_sql("tables"))
        done.profiles = _templates(cursor, drawn, kinds)
        members = _members(drawn, kinds, sizes, first, first_maker, rng)
        copy_in(cursor, "sim_member", _MEMBER, members)
        cursor.execute(_sql("insert"), {"revision": revision.pk})
        done.statements = cursor.rowcount
        cursor.execute(_sql("settle"))
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


def _templates(cursor: CursorWrapper, drawn: list[Template], kinds: list[int]) -> int:
    """Settle each kind of template once and keep its list row and statements; how many profiles.

    `kinds` names for each template the first that equals it.
    """
    on = timezone.localdate()
    facts: dict[int, Facts] = {}
    digests: dict[int, str] = {}
    pure: dict[str, PureProfile] = {}
    for place in dict.fromkeys(kinds):
        one = drawn[place]
        base = facts[kinds[one.base]] if one.base is not None else None
        facts[place] = one.facts(base, on)
        profile = profile_of(facts[place])
        digests[place] = profile.digest()
        pure[digests[place]] = profile
    profiles = profile_rows(pure)
    keys = {place: profiles[digest] for place, digest in digests.items()}
    copy_in(cursor, "sim_template", _TEMPLATE, _template_rows(drawn, facts, keys))
    copy_in(
        cursor,
        "sim_claim",
        ("template", *CLAIM_COLUMNS),
        (
            (place, *claim_fields(claim).values())
            for place in facts
            for claim in drawn[place].claims
        ),
    )
    return len(pure)


def _template_rows(
    drawn: list[Template], facts: dict[int, Facts], profiles: dict[int, int]
) -> Iterator[tuple[object, ...]]:
    for place, held in facts.items():
        one, listing = drawn[place], listing_of(held, profiles[place])
        yield (
            place,
            one.kind,
            one.modality,
            one.base,
            "a base that has no row" if one.base_unknown else "",
            *(getattr(listing, name) for name in COLUMNS),
        )


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
