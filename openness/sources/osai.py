"""European Open Source AI Index: one YAML file is one system, judged by its family's largest model.

Two editions: 12 dimensions since 2026-03-13, before that 14 with package and api. Rule and
criteria: spec/published-indexes.md section 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from openness.sources import documents
from openness.sources.addresses import first_address, hub_model, on_github
from openness.sources.osai_comments import comment_facts, training_flop
from openness.sources.reading import Document, EditionOf, FileSource, Reading, Ref, Said
from openness.sources.safe_yaml import mapping, parse, scalar, texts
from openness.sources.triples import Context, Rule, cells, claims_of, header, named
from scoring.facts import Quantity, Stage

KEY = "osai"
NAME = "European Open Source AI Index"
TERMS = "CC BY 4.0"
REPOSITORY = "Language-Technology-Assessment/main-database"
FORM = documents.Form((".yaml", ".yml"), folder="projects", limit=1_000_000)

_CITATION = (
    "Liesenfeld and Dingemanse 2024, Rethinking open source generative AI, FAccT '24,"
    " doi 10.1145/3630106.3659005; doi 10.5281/zenodo.15386042; https://osai-index.eu"
)
_TWELVE = (
    *("datasources_basemodel", "datasources_endmodel", "weights_basemodel", "weights_endmodel"),
    *("trainingcode", "code", "hardware_architecture", "preprint", "paper", "modelcard"),
    *("datasheet", "licenses"),
)


def _edition(key: str, stated_on: date, commit: str, dimensions: tuple[str, ...]) -> EditionOf:
    return EditionOf(
        index=KEY,
        key=key,
        title=f"European Open Source AI Index, {stated_on:%B %Y}, {len(dimensions)} dimensions",
        commit=commit,
        stated_on=stated_on,
        url=f"https://github.com/{REPOSITORY}/tree/{commit}/projects",
        terms=TERMS,
        citation=_CITATION,
        dimensions=dimensions,
    )


EDITION_2026_06 = _edition("2026-06", date(2026, 6, 12), "5a388e8", _TWELVE)
EDITION_2026_03 = _edition(
    "2026-03", date(2026, 3, 12), "e39b4ed", (*_TWELVE[:-1], "package", "api", "licenses")
)
_DROPPED = ("package", "api")  # the dimensions whose presence tells the older edition

_ALL_PARTS = "data base tuning"
RULES: dict[str, tuple[Rule, ...]] = {
    "datasources_basemodel": (Rule("training_data_base", "subset", Stage.BASE),),
    "datasources_endmodel": (Rule("training_data_end", "subset", Stage.END),),
    "weights_basemodel": (Rule("weights_base", "gated", Stage.BASE),),
    "weights_endmodel": (Rule("weights_end", "gated", Stage.END),),
    "trainingcode": (
        Rule("training_code", "covers_parts", merged=True),
        Rule("data_prep_code", "covers_parts", merged=True),
    ),
    "code": (Rule("code_doc", "incomplete_doc"),),
    "hardware_architecture": (Rule("hardware_doc", "incomplete_doc"),),
    # Before 2025-03 the slot was a description of the architecture; it never meant code.
    "architecture": (Rule("architecture_doc", "incomplete_doc"),),
    "preprint": (Rule("preprint", "covers_parts", publication="preprint", covers=_ALL_PARTS),),
    "paper": (
        Rule(
            "peer_reviewed_paper",
            "covers_parts",
            publication="peer_reviewed",
            covers=_ALL_PARTS,
        ),
    ),
    "modelcard": (Rule("model_card", "incomplete_doc", judged=True),),
    "datasheet": (Rule("data_card", "incomplete_doc", judged=True),),
    "package": (Rule("package", "no_versioned_package"),),
    "api": (Rule("hosted_api"),),
    "licenses": (Rule("license_coverage", "covers_parts"),),
}

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def load(path: Path) -> Iterator[Document]:
    """The system files at a path: one file, `projects/`, or the folder around it."""
    return documents.load(path, FORM)


def read(document: Document) -> list[Reading]:
    """The one reading of a system file. Raises Refused for a bad one or one without a name."""
    where = document.name
    text = documents.text_of(document)
    blocks = mapping(parse(text, where), "the file", where)
    edition = EDITION_2026_03 if any(d in blocks for d in _DROPPED) else EDITION_2026_06
    facts = comment_facts(text)
    head, system, org = header(blocks, "system", where, comments=facts)
    said = (head, *cells(blocks, ("system", "org"), where))
    base, end, kinds, license_text, date_text = (
        named(scalar(system.get(field), f"system.{field}", where))
        for field in ("basemodelname", "endmodelname", "type", "endmodellicense", "releasedate")
    )
    single = _is_single(base, end, said)
    context = Context(
        source=KEY,
        record=on_github(REPOSITORY, edition.commit, f"projects/{documents.file_name(where)}"),
        stated_on=edition.stated_on or date.min,
        single=single,
        license_text=license_text,
    )
    reading = Reading(
        edition=edition,
        key=documents.checked_key(documents.stem(where), where),
        name=head.value,
        maker=scalar(org.get("name"), "org.name", where).strip(),
        url=first_address(texts(system.get("link"), "system.link", where)),
        released=released(date_text),
        modality=" ".join(kinds.replace(",", " ").split()),
        base_name="" if single else base,
        refs=_refs(said, end),
        said=said,
        claims=claims_of(said[1:], RULES, context),
        quantities=_quantities(facts, context),
    )
    return [reading]


def _is_single(base: str, end: str, said: tuple[Said, ...]) -> bool:
    """Whether base and end model are one, so that the base cells only mirror the end cells.

    A blank base name means that the distinction does not apply, if the cells bear it out.
    """
    if base:
        return base.lower() == end.lower()
    classes = {cell.dimension: cell.value for cell in said}
    twins = ("datasources", "weights")
    return all(classes.get(f"{t}_basemodel") == classes.get(f"{t}_endmodel") for t in twins)


def _quantities(facts: Mapping[str, str], context: Context) -> tuple[Quantity, ...]:
    flop = training_flop(facts)
    if flop is None:
        return ()
    low, high = flop
    estimate = Quantity(
        "flop",
        low,
        high,
        source=KEY,
        record=context.record,
        stated_on=context.stated_on,
        note="training compute of base and end model, with the index's own spread",
    )
    return (estimate,)


def _refs(said: tuple[Said, ...], end: str) -> tuple[Ref, ...]:
    """The Hub repository of the end model, if the weights link is one that bears its name."""
    links = next((cell.links for cell in said if cell.dimension == "weights_endmodel"), ())
    reference = hub_model(links[0]) if len(links) == 1 and "://" in links[0] else ""
    same = _letters(reference.rpartition("/")[2]) == _letters(end)
    return (Ref("hub", "model", reference),) if reference and same else ()


def _letters(name: str) -> str:
    return re.sub(r"[\s._-]", "", name).lower()


def released(text: str) -> str:
    """A release date as YYYY, YYYY-MM or YYYY-MM-DD; "2024 NOV", the index's other form, too."""
    year, _, month = text.strip().upper().partition(" ")
    day = f"{year}-{_MONTHS.index(month) + 1:02}" if month in _MONTHS else text.strip()
    return day if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", day) else ""


SOURCE = FileSource(
    key=KEY,
    name=NAME,
    terms=TERMS,
    editions=(EDITION_2026_06, EDITION_2026_03),
    load=load,
    read=read,
)
