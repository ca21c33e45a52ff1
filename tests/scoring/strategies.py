"""Random facts over the whole space that our own lens reads."""

from typing import TypeVar

from hypothesis import strategies as st

from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import (
    Access,
    Claim,
    Component,
    Facts,
    Hosting,
    Kind,
    Quantity,
    Right,
    Span,
    Stage,
    State,
    span,
    steps,
)

Step = TypeVar("Step", State, Access, Hosting, Right)

KEYS = (*COMPONENTS, *DERIVED_COMPONENTS)
SCORED_KINDS = (Kind.MODEL, Kind.SOFTWARE, Kind.SERVICE)
LICENSES = ("", "MIT", "Apache 2.0", "CC-BY-4.0", "Llama-3.1", "unlicensed", "some license")


def spans(ladder: type[Step]) -> st.SearchStrategy[Span[Step]]:
    """Any span of a ladder, unknown included."""
    ends = st.tuples(st.sampled_from(steps(ladder)), st.sampled_from(steps(ladder)))
    order = steps(ladder).index
    known = ends.map(lambda pair: span(*sorted(pair, key=order)))
    return st.one_of(known, st.just(span(ladder("unknown"), ladder("unknown"))))


def sizes(low: float, high: float) -> st.SearchStrategy[tuple[float, float]]:
    """A range of positive numbers over orders of magnitude; often a point."""
    number = st.floats(low, high).map(lambda power: 10**power)
    point = number.map(lambda one: (one, one))
    pair = st.tuples(number, number).map(lambda two: (min(two), max(two)))
    return st.one_of(point, pair)


def claims(key: str, state: Span[State]) -> st.SearchStrategy[Claim]:
    """A claim of a component in a state, with whatever else lenses read of it."""
    return st.builds(
        Claim,
        component=st.just(key),
        state=st.just(state.least),
        license_raw=st.sampled_from(LICENSES),
        completeness=st.sampled_from(["", "full", "partial", "not_judged"]),
        publication=st.sampled_from(["", "report", "preprint", "peer_reviewed"]),
        covers=st.sampled_from(["", "base", "base tuning", "data base tuning"]),
        source=st.sampled_from(["mof", "osai", "vendor"]),
    )


@st.composite
def components(draw: st.DrawFn) -> dict[str, Component]:
    """Some components in some states, each with a claim."""
    held = {}
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        state = draw(spans(State))
        held[key] = Component(state, claim=draw(claims(key, state)))
    return held


QUANTITIES = {
    "parameters": sizes(6, 13),
    "active_parameters": sizes(6, 13),
    "tokens": sizes(6, 15),
    "flop": sizes(15, 28),
    "memory_gb": sizes(-1, 4),
}


@st.composite
def quantities(draw: st.DrawFn) -> dict[str, tuple[Quantity, ...]]:
    """Some sizes, each a number or a range, from one source each."""
    chosen = draw(st.lists(st.sampled_from([*QUANTITIES, "gpu_hours"]), unique=True))
    held = {}
    for name in chosen:
        low, high = draw(QUANTITIES.get(name, sizes(0, 9)))
        detail = draw(st.sampled_from(["A100", "H100", "no such chip"]))
        held[name] = (Quantity(name, low, high, detail=detail if name == "gpu_hours" else ""),)
    return held


def facts(kinds: tuple[Kind, ...] = SCORED_KINDS) -> st.SearchStrategy[Facts]:
    """Facts of one release."""
    return st.builds(
        Facts,
        kind=st.sampled_from(kinds),
        components=components(),
        access=spans(Access),
        hosted=spans(Hosting),
        use=spans(Right),
        modify=spans(Right),
        share=spans(Right),
        license_id=st.sampled_from(LICENSES),
        stage=st.sampled_from([None, *Stage]),
        quantities=quantities(),
        token_model=st.booleans(),
        data_information_sufficient=st.sampled_from([None, True, False]),
        staged_release=st.sampled_from([None, True, False]),
    )
