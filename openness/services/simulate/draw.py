"""Draw kinds of projects as they occur on the Hub: license, gate, size, base, paper and data."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from django.conf import settings

from openness.models.evidence import CLAIM_COLUMNS, claim_of
from scoring.facts import Access, Claim, Facts, Kind, Quantity, State, Trust, exactly, span, steps
from scoring.licenses import NONE_DECLARED, normalize
from scoring.reconcile import BaseUnknown, settle

SOURCE = "simulate"
"""Key of the source of every synthetic statement and maker."""

STATED_ON = date(2026, 8, 22)
LINK = "https://example.invalid/"
BASES = 400
"""Releases that others derive from; their popularity falls as 1/n."""

RESOLVED = 0.6
"""Share of derived releases whose base is a row here."""

DOCUMENTED = 0.35
"""Share of releases that also have code, documents or offers on record, as in the catalogue."""

KEPT = 0.8
"""Chance that a component of the catalogue's release is taken over."""

VARIED = 0.2
"""Chance that such a component is in another state than there."""

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Shape:
    """What occurs together on the Hub (shapes.csv)."""

    license: str
    gated: str
    removed: bool
    weights: bool
    parameters: float | None
    base: bool
    paper: bool
    data: bool
    modality: str


@dataclass(frozen=True, slots=True)
class Template:
    """What many synthetic projects have in common; `base` is the place of a base or None."""

    kind: Kind
    modality: str
    claims: tuple[Claim, ...]
    parameters: float | None
    base: int | None
    base_unknown: bool

    def facts(self, base: Facts | None, on: date) -> Facts:
        """What is held of each of them; `base` are the facts of its base."""
        return settle(
            self.claims,
            kind=self.kind,
            quantities=[quantity(self.parameters)] if self.parameters else [],
            base=base or (BaseUnknown("") if self.base_unknown else None),
            on=on,
            token_model=False,
        )


def quantity(parameters: float) -> Quantity:
    """The size as its row has it."""
    return Quantity(
        "parameters",
        parameters,
        parameters,
        source=SOURCE,
        link=LINK,
        stated_on=STATED_ON,
        trust=Trust.THIRD_PARTY,
    )


def templates(number: int, rng: Random) -> Iterator[Template]:
    """So many templates, the first `BASES` of them (at most half) releases to derive from."""
    shapes, weights = _shapes()
    released = _catalogue()
    bases = min(BASES, number // 2)
    popular = [1 / (place + 1) for place in range(bases)]
    for place, shape in enumerate(rng.choices(shapes, weights, k=number)):
        kind = Kind.MODEL
        further: tuple[Claim, ...] = ()
        if rng.random() < DOCUMENTED:
            kind, claims = rng.choice(released)
            further = tuple(_varied(claim, rng) for claim in claims if rng.random() < KEPT)
        own = place < bases
        derived = shape.base and not own and kind is Kind.MODEL
        resolved = derived and rng.random() < RESOLVED
        yield Template(
            kind=kind,
            modality=shape.modality,
            claims=_claims(shape, kind, further),
            parameters=shape.parameters if kind is Kind.MODEL else None,
            base=rng.choices(range(bases), popular)[0] if resolved else None,
            base_unknown=derived and not resolved,
        )


def _varied(claim: Claim, rng: Random) -> Claim:
    """The claim, now and then of another state; access and offers stay with theirs."""
    if claim.access or claim.hosting or rng.random() >= VARIED:
        return claim
    return replace(claim, state=rng.choice(steps(State)), state_most=None)


def _shapes() -> tuple[list[Shape], list[int]]:
    shapes, weights = [], []
    for row in _rows(HERE / "shapes.csv"):
        shapes.append(
            Shape(
                license=row["license"],
                gated=row["gated"],
                removed=row["removed"] == "1",
                weights=row["weights"] == "1",
                parameters=float(row["parameters"]) if row["parameters"] else None,
                base=row["base"] == "1",
                paper=row["paper"] == "1",
                data=row["data"] == "1",
                modality=row["modality"],
            )
        )
        weights.append(int(row["models"]))
    return shapes, weights


@cache
def _catalogue() -> list[tuple[Kind, tuple[Claim, ...]]]:
    """Kind and components of each release of the catalogue, without where they were said."""
    folder = settings.BASE_DIR / "openness" / "catalogue"
    kinds = {row["slug"]: Kind(row["kind"]) for row in _rows(folder / "projects.csv")}
    found: dict[str, dict[str, Claim]] = defaultdict(dict)
    for row in _rows(folder / "evidence.csv"):
        blank = dict.fromkeys(CLAIM_COLUMNS, "")
        said = {name: row[name] for name in CLAIM_COLUMNS if name in row}
        claim = claim_of(
            {
                **blank,
                **said,
                "merged": row["merged"] == "true",
                "trust": Trust.THIRD_PARTY,
                "confidence": 3,
                "method": "import",
                "expires_at": None,
                "stated_on": STATED_ON,
            }
        )
        plain = replace(claim, source=SOURCE, note="", record="", link=LINK if row["link"] else "")
        found[row["project"]].setdefault(claim.component, plain)
    return [(kinds[slug], tuple(claims.values())) for slug, claims in sorted(found.items())]


def _claims(shape: Shape, kind: Kind, further: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The statements of one release, one a component; the Hub's word comes first for weights."""
    found: dict[str, Claim] = {}
    if kind is Kind.MODEL:
        if weights := _weights(shape):
            found["weights_end"] = weights
        if shape.paper:
            found["preprint"] = _said("preprint", State.OPEN, publication="preprint")
        if shape.data:
            found["training_data_end"] = _said("training_data_end", State.OPEN)
    for claim in further:
        found.setdefault(claim.component, claim)
    return tuple(found.values())


def _weights(shape: Shape) -> Claim | None:
    """Access and license of the weights, as `sources.hub_models` reads a row of the Hub."""
    fields: dict[str, object] = {}
    state = State.UNKNOWN
    if shape.weights and not shape.removed:
        gated = shape.gated == "1"
        state = State.PARTIAL if gated else State.OPEN
        fields = (
            {"partial_reason": "gated", "access": span(Access.BY_REQUEST, Access.CLICK_THROUGH)}
            if gated
            else {"gate": "none", "access": exactly(Access.PUBLIC)}
        )
    if shape.license:
        fields |= {
            "license_raw": shape.license,
            "license_id": normalize(shape.license),
            "license_source": "component",
        }
    elif shape.modality:
        fields |= {"license_id": NONE_DECLARED, "license_source": "none"}
    return _said("weights_end", state, **fields) if fields else None


def _said(component: str, state: State, **fields: object) -> Claim:
    said: Mapping[str, object] = {"source": SOURCE, "link": LINK, "stated_on": STATED_ON, **fields}
    return Claim(component=component, state=state, **said)  # type: ignore[arg-type]  # by name


def makers(projects: int, rng: Random) -> list[int]:
    """How many of so many projects each maker has, the largest first.

    The more projects, the more has each maker: sizes grow with the square root of their number.
    """
    sizes, weights = [], []
    for row in _rows(HERE / "makers.csv"):
        sizes.append(int(row["models"]))
        weights.append(int(row["makers"]))
    sample = sum(size * count for size, count in zip(sizes, weights, strict=True))
    scale = max(1.0, (projects / sample) ** 0.5)
    found: list[int] = []
    left = projects
    while left > 0:
        size = min(left, round(rng.choices(sizes, weights)[0] * scale * rng.uniform(0.5, 1.5)) or 1)
        found.append(size)
        left -= size
    return sorted(found, reverse=True)


def months() -> tuple[list[str], list[int]]:
    """Months as YYYY-MM, and how many models were made in each."""
    rows = list(_rows(HERE / "months.csv"))
    return [row["month"] for row in rows], [int(row["models"]) for row in rows]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
