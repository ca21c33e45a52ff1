"""The vocabulary in the reader's language: what pages call states, rights, machines and verbs.

Keys are the words of `scoring` and of the tables; a table lists them in the order of display.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from scoring.components import COMPONENTS
from scoring.lenses import LENSES
from scoring.result import Sentence

Words = Mapping[str, str | Promise]

STATES: Words = {
    "open": _("open"),
    "partial": _("partial"),
    "closed": _("closed"),
    "unknown": _("unknown"),
}
KINDS: Words = {
    "model": _("Model"),
    "software": _("Software"),
    "dataset": _("Dataset"),
    "service": _("Service"),
    "organization": _("Organization"),
}
ACCESS: Words = {
    "public": _("public"),
    "click_through": _("after agreeing to terms"),
    "by_request": _("on request"),
    "none": _("not released"),
    "unknown": _("not on record"),
}
HOSTING: Words = {
    "free_api": _("free API"),
    "paid_api": _("paid API"),
    "ui_only": _("web page only"),
    "restricted": _("restricted"),
    "none": _("none offered"),
    "unknown": _("not on record"),
}
RIGHTS: Words = {
    "open": _("allowed"),
    "conditional": _("allowed with conditions"),
    "noncommercial": _("for noncommercial purposes"),
    "unstated": _("not stated"),
    "forbidden": _("forbidden"),
    "unknown": _("not on record"),
}
FREEDOMS: Words = {"use": _("Use it"), "modify": _("Change it"), "share": _("Pass it on")}
LICENSE_CLASSES: Words = {
    "open": _("open"),
    "conditional": _("with conditions"),
    "noncommercial": _("noncommercial"),
    "forbidden": _("forbids a freedom"),
    "unstated": _("no license stated"),
    "unknown": _("not on record"),
}
ACTORS: Words = {
    "laptop": _("Laptop"),
    "workstation": _("Workstation"),
    "lab": _("Lab node"),
    "cluster": _("Cluster"),
}
MACHINES: Words = {
    "laptop": _("16 GB, no GPU"),
    "workstation": _("one 24 GB GPU"),
    "lab": _("8 GPUs of 80 GB"),
    "cluster": _("no limit"),
}
VERBS: Words = {
    "use": pgettext_lazy("verb", "Use"),
    "inspect": pgettext_lazy("verb", "Inspect"),
    "run": pgettext_lazy("verb", "Run"),
    "adapt": pgettext_lazy("verb", "Adapt"),
    "evaluate": pgettext_lazy("verb", "Evaluate"),
    "retrain": pgettext_lazy("verb", "Retrain"),
}
VERB_QUESTIONS: Words = {
    "use": _("Send it work?"),
    "inspect": _("See how it was made?"),
    "run": _("Run it yourself?"),
    "adapt": _("Change it, pass it on?"),
    "evaluate": _("Reproduce its results?"),
    "retrain": _("Make it again?"),
}
REBUILD: Words = {"retrain": pgettext_lazy("verb", "Rebuild")}
PARTS: Words = {
    "proven": _("proven"),
    "unknown": _("not on record"),
    "out_of_reach": _("out of reach"),
    "withheld": _("withheld"),
}
PARTS_MEAN: Words = {
    "proven": _("open to these people, and on record"),
    "unknown": _("nobody has put on record whether it is"),
    "out_of_reach": _("released, but it takes a bigger machine or an institution"),
    "withheld": _("kept by choice, whatever machine one has"),
}
OUTCOMES: Words = {
    "yes": _("yes"),
    "partly": _("partly"),
    "no": _("no"),
    "unknown": _("unknown"),
    "not_applicable": _("not assessed"),
}
BASES: Words = {"published": _("as published"), "derived": _("our reading")}
SORTS: Words = {
    "rank": _("Rank"),
    "name": _("Name"),
    "organization": _("Organization"),
    "-parameters": _("Largest first"),
    "parameters": _("Smallest first"),
    "-sourced": _("Most sources first"),
    "-updated": _("Lately changed first"),
}
METHODS: Words = {
    "human": _("stated by a person"),
    "import": _("read from an index"),
    "detector": _("found by a machine"),
}
PARTIAL_REASONS: Words = {
    "subset": _("only a part of it"),
    "sample_only": _("only a sample"),
    "gated": _("behind a gate"),
    "one_stage_only": _("only one training stage"),
    "incomplete_doc": _("the document is incomplete"),
    "covers_parts": _("it covers only parts"),
    "no_versioned_package": _("no versioned package"),
    "paid": _("paid"),
    "restricted_audience": _("not for everyone"),
}
QUANTITIES: Words = {
    "parameters": _("Parameters"),
    "active_parameters": _("Active parameters"),
    "tokens": _("Training tokens"),
    "gpu_hours": _("GPU hours"),
    "flop": _("Training compute"),
    "memory_gb": _("Memory it needs"),
}
CHANGE_CLASSES: Words = {
    "first_declared": _("first stated"),
    "withdrawn": _("withdrawn"),
    "less_open": _("less open"),
    "more_open": _("more open"),
    "lateral": _("changed, no more and no less open"),
    "renamed": _("renamed"),
    "corrected": _("corrected"),
    "unclassified": _("changed"),
}
ORGANIZATION_KINDS: Words = {
    "company": _("company"),
    "academic": _("academic"),
    "nonprofit": _("nonprofit"),
    "community": _("community"),
    "government": _("government"),
    "individual": _("individual"),
    "unknown": "",
}
CONTENT_TYPES: Words = {
    "data": _("Weights and data"),
    "code": _("Code"),
    "document": _("Documentation"),
    "access": _("Access"),
    "legal": _("Terms"),
    "judgement": _("Judgements"),
}
FIELDS: Words = {
    "q": _("search"),
    "kind": _("kind"),
    "organization": _("organization"),
    "license": _("license"),
    "license_class": _("terms"),
    "weights": _("weights"),
    "api": _("API"),
    "runs_on": _("runs on"),
    "parameters_min": _("parameters from"),
    "parameters_max": _("parameters up to"),
    "sourced": _("sources"),
}
STATUSES: Words = {
    "draft": _("Draft"),
    "pending": _("Waiting for a reviewer"),
    "accepted": _("Accepted"),
    "returned": _("Returned"),
    "withdrawn": _("Withdrawn"),
}
SUBMISSION_KINDS: Words = {
    "project": _("New project"),
    "correction": _("Correction"),
    "report": _("Report"),
}
DECISIONS: Words = {
    "accept": _("accepted"),
    "return": _("returned"),
    "": _("waiting"),
}
FILLERS: Words = {  # who filled in a field of a form, where it was no person
    "address": _("from the address"),
    "mot": _("from the file"),
    "hub": _("from the Hugging Face Hub"),
    "github": _("from GitHub"),
    "arxiv": _("from arXiv"),
}
AUTHORS: Words = {  # who stated what a reviewer has accepted
    "submitter": _("a sender"),
    "maintainer": _("its maintainer"),
}
LOOKS: Words = {  # what a worker found at an address (the meanings of a Fetch)
    "ok": _("there"),
    "unchanged": _("there"),
    "missing": _("not there"),
    "gated": _("behind a sign-in or gate"),
    "disabled": _("taken down"),
    "replaced": _("moved"),
    "throttled": _("could not be asked now"),
    "outage": _("no answer"),
    "our_error": _("not visited"),
}
LINK_STATES: Words = {
    "new": _("not checked yet"),
    "ok": _("link answers"),
    "redirected": _("link leads elsewhere now"),
    "blocked": _("link lets no machine check it"),
    "suspected": _("link did not answer; it will be asked again"),
    "dead": _("link is dead"),
    "soft_404": _("link leads to another page now"),
}
SOURCES: Words = {  # names of publishers: the same in every language
    "mof": "Model Openness Tool",
    "osai": "European Open Source AI Index",
    "opening-up": "Opening up ChatGPT",
    "fmti": "Foundation Model Transparency Index",
    "ecosystem-graphs": "Ecosystem Graphs",
    "hub-models": "Hugging Face Hub",
    "hub": "Hugging Face Hub",
    "github": "GitHub",
    "arxiv": "arXiv",
    "genai-prices": "genai-prices",
    "litellm": "LiteLLM",
    "models-dev": "models.dev",
    "openrouter": "OpenRouter",
    "links": _("Links"),
    "epoch": "Epoch AI",
    "curation": _("our own reading"),
    "repository": _("the repository"),
    "best-of-ml": "Best of ML",
    "pypi": "PyPI",
    "submission": _("a submission"),
}


MEANINGS: Words = {  # of a visit that says nothing of its target
    "throttled": _("too many questions"),
    "outage": _("no answer of use"),
    "our_error": _("our question was refused"),
}


def of(table: Words, key: str) -> str:
    """The word for a key; a key that the table lacks stands for itself, readable."""
    return str(table[key]) if key in table else key.replace("_", " ")


def ladder(table: Words, text: str) -> str:
    """A `least..most` span of one ladder in words."""
    least, _dots, most = text.partition("..")
    if not most:
        return of(table, least)
    return gettext("between “%(least)s” and “%(most)s”") % {
        "least": of(table, least),
        "most": of(table, most),
    }


DERIVED: Words = {"training_data": _("Training data"), "research_paper": _("Research paper")}
"""Components that are made from others; the vocabulary's file names only those that are not."""


def component(key: str) -> str:
    """The name of a component, also of one that is made from others."""
    info = COMPONENTS.get(key)
    return gettext(info.name) if info else of(DERIVED, key)


def verb(key: str, kind: str = "model") -> str:
    """A verb of the grid; software is rebuilt, not retrained."""
    return of(REBUILD if kind == "software" and key in REBUILD else VERBS, key)


def lens(key: str) -> str:
    """The short name of a lens."""
    return gettext(LENSES[key].short_name)


BYLINES: Words = {
    "open-to-whom": _("our own lens, %(edition)s"),
    "mof": _("Model Openness Framework, %(edition)s"),
    "osai": _("Open Source AI Index, %(edition)s"),
    "opening-up": _("its ancestor, %(edition)s"),
    "osaid": _("the Open Source AI Definition, our reading"),
    "gradient": _("of release, our reading"),
    "fmti": _("Transparency Index, %(edition)s"),
}
"""What stands under the short name of a lens."""


def byline(key: str) -> str:
    """What the short name of a lens stands for, and which edition or version is in force."""
    rule = LENSES[key]
    edition = rule.default_edition or rule.version
    return str(BYLINES.get(key, "%(edition)s")) % {"edition": edition}


RANK_RULES: Words = {
    "opening-up": _("Open counts 1, partial one half; the highest sum comes first."),
    "osai": _("The mean of all dimensions: open counts 1, partial one half."),
    "mof": _("Ordered by the share of the components that the framework asks for."),
    "osaid": _("Ordered by verdict; a verdict is no certification by the Open Source Initiative."),
    "gradient": _("Ordered by the step on the gradient, from fully closed to fully open."),
    "fmti": _("Organizations, ordered by the number of indicators that they satisfy."),
}


def say(text: str) -> str:
    """A text of `scoring` in the reader's language."""
    return text.say(gettext) if isinstance(text, Sentence) else gettext(text) if text else ""


VERDICTS: Words = {
    "meets": _("Meets it"),
    "would_meet_with_other_terms": _("Would, with other terms"),
    "undetermined": _("Undetermined"),
    "does_not_meet": _("Does not meet it"),
}


STANDINGS: Words = {
    "there": _("approved terms"),
    "other_terms": _("other terms"),
    "unknown_terms": _("terms not known"),
    "unknown": _("not on record"),
    "missing": _("missing"),
}
"""How a part stands that the Open Source AI Definition requires."""


def grade(key: str, name: str) -> str:
    """What a lens calls one of its grades."""
    texts = LENSES[key].texts
    named = texts.get("grades", texts.get("levels", {})).get(name)
    return gettext(named) if isinstance(named, str) else of(VERDICTS, name)


def clauses(texts: Iterable[str]) -> str:
    """Parts of a line, those that are blank left out."""
    return str(pgettext_lazy("between clauses", ", ")).join(filter(None, texts))


def listed(texts: Iterable[str]) -> str:
    """Things of one sort, one after the other."""
    return gettext(", ").join(texts)


def dimension(key: str, name: str) -> str:
    """What a publisher's dimension is called, where the lens names it in our words."""
    criterion = LENSES[key].texts.get("criteria", {}).get(name) if key in LENSES else None
    return gettext(criterion["name"]) if isinstance(criterion, dict) else name


def bases(keys: Iterable[str]) -> str:
    """The bases that a lens has."""
    return listed(of(BASES, key) for key in keys)


def rank_rule(key: str) -> str:
    """How a lens orders, in one sentence."""
    return str(RANK_RULES.get(key, ""))


def split_sentence(parts: Mapping[str, float]) -> str:
    """The four parts of the hundred points as a sentence for those who do not see the bar."""
    return gettext(
        "%(proven)d points proven, %(unknown)d not on record, %(out_of_reach)d out of reach,"
        " %(withheld)d withheld"
    ) % {part: round(value) for part, value in parts.items()}


def field(key: str) -> str:
    """The name of a condition of a list: a parameter of the address or a component."""
    return str(FIELDS[key]) if key in FIELDS else component(key)


SHOWN = {"name", "short_name", "question", "publisher"}
"""Of a table that is a component, a lens or a criterion: the keys whose texts pages show."""
TABLES = {"sentences", "names", "verdicts", "grades", "levels", "criteria", "parts", "method"}
"""Tables of a lens of which every text is shown."""


def from_toml(
    fileobj: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """A Babel extractor: the texts of `scoring`'s TOML files that pages translate."""
    body = fileobj.read().decode("utf-8")
    for text in dict.fromkeys(_texts(tomllib.loads(body))):
        line = body[: body.find(text.splitlines()[0])].count("\n") + 1
        yield line, "gettext", text, []


def _texts(tree: Mapping[str, Any], table: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            # Each criterion is a table of its own; it is named like a component.
            yield from _texts(value, "criterion" if table == "criteria" else key)
        elif isinstance(value, list):
            yield from _listed(value, table, key)
        elif isinstance(value, str) and value and _is_shown(tree, table, key):
            yield value


def _listed(values: list[Any], table: str, key: str) -> Iterator[str]:
    """The texts of a list: lines of a method's page, and the names of a publisher's components."""
    for value in values:
        if isinstance(value, str) and table == "method":
            yield value
        elif isinstance(value, dict) and key == "components":
            yield value["name"]


def _is_shown(tree: Mapping[str, Any], table: str, key: str) -> bool:
    asks = table == "criterion" or "question" in tree
    return table in TABLES or (asks and key in SHOWN)
