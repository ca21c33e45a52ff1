"""Opening up ChatGPT: the frozen index of instruction-tuned text generators (14 dimensions).

One YAML file is one project. Rule and criteria: spec/published-indexes.md section 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from openness.sources import documents
from openness.sources.addresses import first_address, on_github
from openness.sources.reading import Document, EditionOf, FileSource, Reading
from openness.sources.safe_yaml import mapping, parse, scalar, texts
from openness.sources.triples import Context, Rule, cells, claims_of, header, licensed, named
from scoring.facts import Claim, Stage, State

KEY = "opening-up"
NAME = "Opening up ChatGPT"
TERMS = "CC BY 4.0"
REPOSITORY = "opening-up-chatgpt/opening-up-chatgpt.github.io"
FORM = documents.Form((".yaml", ".yml"), folder="projects", limit=1_000_000)
STATED_ON = date(2025, 3, 11)

EDITION = EditionOf(
    index=KEY,
    key="2025-03",
    title="Opening up ChatGPT, as frozen in March 2025",
    commit="801f687",
    stated_on=STATED_ON,
    url=f"https://github.com/{REPOSITORY}/tree/801f687/projects",
    terms=TERMS,
    citation=(
        "Liesenfeld, Lopez and Dingemanse 2023, Opening up ChatGPT, CUI '23,"
        " doi 10.1145/3571884.3604316; https://opening-up-chatgpt.github.io"
    ),
    dimensions=(
        *("opencode", "llmdata", "llmweights", "rldata", "rlweights", "license"),
        *("code", "architecture", "preprint", "paper", "modelcard", "datasheet"),
        *("package", "api"),
    ),
)

RULES: dict[str, tuple[Rule, ...]] = {
    "opencode": (Rule("project_code", "covers_parts", merged=True),),
    "llmdata": (Rule("training_data_base", "subset", Stage.BASE),),
    "llmweights": (Rule("weights_base", "gated", Stage.BASE),),
    "rldata": (Rule("training_data_end", "subset", Stage.END),),
    "rlweights": (Rule("weights_end", "gated", Stage.END),),
    "license": (Rule("license_coverage", "covers_parts"),),
    "code": (Rule("code_doc", "incomplete_doc"),),
    "architecture": (Rule("architecture_doc", "incomplete_doc"),),
    "preprint": (Rule("preprint", "covers_parts", publication="preprint", covers="base tuning"),),
    "paper": (
        Rule(
            "peer_reviewed_paper",
            "covers_parts",
            publication="peer_reviewed",
            covers="base tuning",
        ),
    ),
    "modelcard": (Rule("model_card", "incomplete_doc", judged=True),),
    "datasheet": (Rule("data_card", "incomplete_doc", judged=True),),
    "package": (Rule("package", "no_versioned_package"),),
    "api": (Rule("hosted_api"),),
}


def load(path: Path) -> Iterator[Document]:
    """The project files at a path: one file, `projects/`, or the folder around it."""
    return documents.load(path, FORM)


def read(document: Document) -> list[Reading]:
    """The one reading of a project file. Raises Refused for a bad one or one without a name."""
    where = document.name
    blocks = mapping(parse(documents.text_of(document), where), "the file", where)
    head, project, org = header(blocks, "project", where)
    said = (head, *cells(blocks, ("project", "org"), where))
    context = Context(
        source=KEY,
        record=on_github(REPOSITORY, EDITION.commit, f"projects/{documents.file_name(where)}"),
        stated_on=STATED_ON,
        license_text=scalar(project.get("license"), "project.license", where),
        license_source="distribution",
    )
    reading = Reading(
        edition=EDITION,
        key=documents.checked_key(documents.stem(where), where),
        name=head.value,
        maker=scalar(org.get("name"), "org.name", where).strip(),
        url=first_address(texts(project.get("link"), "project.link", where)),
        modality="text",
        base_name=named(scalar(project.get("llmbase"), "project.llmbase", where)),
        said=said,
        claims=_weighed(claims_of(said[1:], RULES, context), context),
    )
    return [reading]


def _weighed(claims: tuple[Claim, ...], context: Context) -> tuple[Claim, ...]:
    """The claims, with a closed cell of the tuned weights read for what it says.

    The cell asks for weights of a reinforcement stage. Where the index finds the model's weights
    in the other cell, a closed one often means that there was no such stage (Dolly, MPT-7B
    Instruct), so it leaves open whether what users run is released.
    """
    found = next((one.state for one in claims if one.component == "weights_base"), State.CLOSED)
    if found is State.CLOSED:
        return claims
    return tuple(
        licensed(replace(one, state_most=found, access=None, confidence=2), context)
        if one.component == "weights_end" and one.state is State.CLOSED
        else one
        for one in claims
    )


SOURCE = FileSource(key=KEY, name=NAME, terms=TERMS, editions=(EDITION,), load=load, read=read)
