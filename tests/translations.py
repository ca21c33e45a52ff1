"""The texts of the pages: collected from code, templates and lens files (`make translations`)."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PO = PROJECT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")

LAZY = {
    f"{name}_lazy": DEFAULT_KEYWORDS[name]
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
}
PLACES = {"openness": ("**.py", "python"), "templates": ("**.html", "jinja2")}
# Words and sentences of lenses and components, by an extractor of ours.
PLACES["scoring"] = ("**.toml", "openness.words.texts:from_toml")


def _empty() -> Catalog:
    about = "# Texts of Openness in Simplified Chinese; `make translations` keeps it complete."
    return Catalog(
        locale=LOCALE, project="Openness", header_comment=about, charset="utf-8", fuzzy=False
    )


def collected() -> Catalog:
    """Every text that can be translated, as it stands now, without translations."""
    catalog = _empty()
    for message, plural, context in sorted(_messages(), key=str):
        catalog.add((message, plural) if plural else message, context=context)
    return catalog


def _messages() -> Iterator[tuple[str, str | None, str | None]]:
    for folder, (pattern, method) in PLACES.items():
        found = extract_from_dir(
            PROJECT / folder,
            [(pattern, method)],
            # A template that cannot be read is an error, not a gap.
            {pattern: {"silent": "false"}},
            keywords=DEFAULT_KEYWORDS | LAZY,
        )
        for _, _, message, _, context in found:
            singular, plural = message if isinstance(message, tuple) else (message, None)
            yield singular, plural, context


def translated() -> Catalog:
    """What has been translated so far."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def is_complete(string: str | tuple[str, ...]) -> bool:
    """Whether a text, in all its plural forms, has a translation."""
    return all(string) if isinstance(string, tuple) else bool(string)


def main() -> None:
    """Bring the .po up to date with the texts, and the .mo with the .po."""
    catalog, fresh = translated(), collected()
    # A date alone is no change.
    fresh.creation_date = catalog.creation_date
    # No guesses: a translation of another sentence is worse than none.
    catalog.update(fresh, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, no_location=True)
    with MO.open("wb") as file:
        write_mo(file, translated())
    missing = sum(1 for message in catalog if message.id and not is_complete(message.string))
    texts = f"{len(catalog)} texts, {missing} not translated yet"
    print(f"{PO.relative_to(PROJECT)}: {texts}")  # noqa: T201 its output


if __name__ == "__main__":
    main()
