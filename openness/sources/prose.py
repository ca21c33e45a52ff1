"""Publishers' sentences are theirs: what we hand on are facts."""

from __future__ import annotations

from dataclasses import replace

from openness.sources.reading import Reading, Said

# Keys under which publishers write sentences; facts are under the others.
PROSE = {
    "description",
    "notes",
    "note",
    "explanation",
    "disclosure",
    "justification",
    "analysis",
    "intended_uses",
    "prohibited_uses",
    "monitoring",
    "feedback",
    "quality_control",
    "Accessibility notes",
}
# A text of more words than this is a sentence, whatever its key; names and licenses are shorter.
FACT_WORDS = 12


def without_prose(reading: Reading) -> Reading:
    """The reading without the publisher's sentences: what our own catalogue may hold of it."""
    return replace(reading, said=tuple(facts_only(said) for said in reading.said))


def facts_only(said: Said) -> Said:
    """One cell without the publisher's sentences."""
    return replace(
        said,
        value=str(_facts(said.value)),
        note="",
        attributes={k: _facts(v) for k, v in said.attributes.items() if k not in PROSE},
    )


def _facts(value: object) -> object:
    if isinstance(value, dict):
        return {k: _facts(v) for k, v in value.items() if k not in PROSE}
    if isinstance(value, str) and len(value.split()) > FACT_WORDS:
        return ""
    return value
