"""Random facts over the whole space that our own lens reads."""

from dataclasses import replace
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
    order = steps(ladder)
    pairs = [(least, most) for at, least in enumerate(order) for most in order[at:]]
    return st.sampled_from([span(least, most) for least, most in pairs])


def sizes(low: float, high: float) -> st.SearchStrategy[tuple[float, float]]:
    """A range of positive numbers over orders of magnitude; often a point."""
    powers = st.floats(low, high, allow_nan=False)
    widths = st.sampled_from([0.0, 0.0, 0.1, 1.0])
    return st.tuples(powers, widths).map(lambda pair: (10 ** pair[0], 10 ** (pair[0] + pair[1])))


# What else lenses read of a claim, in some of its many combinations.
TEMPLATES = [
    Claim(
        component="",
        state=State.UNKNOWN,
        license_raw=license_raw,
        completeness=completeness,
        publication=publication,
        covers=covers,
        source=source,
    )
    for license_raw, completeness, publication, covers, source in (
        ("", "", "", "", "mof"),
        ("", "full", "report", "base", "osai"),
        ("MIT", "full", "preprint", "base tuning", "osai"),
        ("MIT", "", "", "", "mof"),
        ("Apache 2.0", "partial", "peer_reviewed", "data base tuning", "vendor"),
        ("Apache 2.0", "", "", "", "mof"),
        ("CC-BY-4.0", "not_judged", "", "", "vendor"),
        ("Llama-3.1", "full", "peer_reviewed", "base tuning", "vendor"),
        ("unlicensed", "partial", "", "base", "vendor"),
        ("unlicensed", "", "", "", "mof"),
        ("some license", "full", "", "", "vendor"),
    )
]


def components() -> st.SearchStrategy[dict[str, Component]]:
    """Some components in some states, each with a claim."""
    one = st.tuples(st.sampled_from(KEYS), spans(State), st.sampled_from(TEMPLATES))
    return st.lists(one, max_size=20).map(
        lambda drawn: {
            key: Component(state, claim=replace(template, component=key, state=state.least))
            for key, state, template in drawn
        }
    )


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
