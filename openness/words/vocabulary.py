"""What is compared and how open it is, in the reader's language: states, rights, machines, verbs.

Keys are the words of `scoring` and of the tables; a table lists them in the order of display.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from openness.spoken import gettext
from scoring.components import COMPONENTS

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
    "simulate": _("made up for benchmarks"),
}


def of(table: Words, key: str) -> str:
    """The word for a key; a key that the table lacks stands for itself, readable."""
    if key not in table:
        return key.replace("_", " ")
    at = get_language(), id(table), key
    held = _SAID.get(at)
    if held is None or held[0] is not table:
        held = _SAID[at] = table, str(table[key])
    return held[1]


_SAID: dict[tuple[str | None, int, str], tuple[Words, str]] = {}
"""The words by language, table and key: a page asks for the same few hundreds of times."""


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


def clauses(texts: Iterable[str]) -> str:
    """Parts of a line, those that are blank left out."""
    return str(pgettext_lazy("between clauses", ", ")).join(filter(None, texts))


def sentences(texts: Iterable[str]) -> str:
    """Statements in one line that have commas of their own, those that are blank left out."""
    return str(pgettext_lazy("between statements", "; ")).join(filter(None, texts))


def listed(texts: Iterable[str]) -> str:
    """Things of one sort, one after the other."""
    return gettext(", ").join(texts)


def split_sentence(parts: Mapping[str, float]) -> str:
    """The four parts of the hundred points as a sentence for those who do not see the bar."""
    return gettext(
        "%(proven)d points proven, %(unknown)d not on record, %(out_of_reach)d out of reach,"
        " %(withheld)d withheld"
    ) % {part: round(value) for part, value in parts.items()}


def field(key: str) -> str:
    """The name of a condition of a list: a parameter of the address or a component."""
    return str(FIELDS[key]) if key in FIELDS else component(key)
