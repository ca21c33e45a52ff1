"""Names of synthetic projects and makers: mostly plain, now and then as odd as real ones."""

from __future__ import annotations

from random import Random

STEMS = (
    *("Heron", "Egret", "Pelican", "Stork", "Ibis", "Tern", "Gull", "Falcon", "Kestrel", "Osprey"),
    *("Plover", "Curlew", "Avocet", "Bittern", "Grebe", "Petrel", "Puffin", "Skua", "Snipe"),
    *("Warbler", "Wren", "Finch", "Linnet", "Siskin", "Swift", "Martin", "Pipit", "Dipper"),
)
TUNED = ("", "", "Instruct", "Chat", "Base", "Coder", "Math", "Reasoner", "Vision", "SFT", "DPO")
PACKED = ("", "", "", "", "GGUF", "AWQ", "MLX-4bit", "LoRA", "fp8", "bnb-4bit")
ODD = 0.004
"""Share of names that a careless program trips over."""

ODD_NAMES = (
    '=HYPERLINK("https://example.invalid/","{stem}")',
    "+{stem}-1",
    "-{stem}",
    "@{stem}",
    'The "{stem}", retrained',
    "{stem}, second\u2028edition",
    "<b>{stem}</b>&amp;",
    "100%_{stem}",
    "鹭-{stem}-模型",
    "Ünïcödé-{stem} 🦜",
    "{stem}\\N\\t",
    "{stem}" + "-long" * 35,
)


def project_name(rng: Random, parameters: float | None) -> str:
    """A name such as `Heron-2.5-7B-Instruct-GGUF`, at most 200 characters."""
    stem = rng.choice(STEMS)
    if rng.random() < ODD:
        return rng.choice(ODD_NAMES).format(stem=stem)[:200]
    version = f"{rng.randrange(1, 10)}.{rng.randrange(0, 10)}"
    parts = (stem, version, _size(parameters), rng.choice(TUNED), rng.choice(PACKED))
    return "-".join(part for part in parts if part)


def _size(parameters: float | None) -> str:
    if not parameters:
        return ""
    for floor, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if parameters >= floor:
            count = parameters / floor
            return f"{count:.0f}{unit}" if count >= 10 else f"{count:.1f}{unit}".replace(".0", "")
    return ""


def maker_name(place: int) -> str:
    """A name that says what it is."""
    return f"Synthetic maker {place + 1}"
