"""The Hugging Face Hub, asked about one model or data set (spec/refresh.md section 4).

Which fields are asked for is part of the rule: counters and `spaces` change from call to call and
would make every answer look new.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings

from openness.sources.budget import Window
from openness.sources.http import Answer
from openness.sources.hub_claims import KEY, claims, quantities
from openness.sources.live import (
    LiveSource,
    Meaning,
    Page,
    Pages,
    Target,
    Verdict,
    object_of,
    text_of,
    trouble,
)

__all__ = [
    "EXPAND",
    "KEY",
    "SOURCE",
    "claims",
    "judge",
    "observe",
    "path",
    "quantities",
    "read_page",
]

EXPAND = {
    "model": (
        *("author", "cardData", "config", "createdAt", "disabled", "gated", "gguf"),
        *("inferenceProviderMapping", "lastModified", "library_name", "pipeline_tag", "private"),
        *("safetensors", "sha", "siblings", "tags", "baseModels"),
    ),
    "dataset": (
        *("author", "cardData", "createdAt", "disabled", "gated", "lastModified", "private"),
        *("sha", "siblings", "tags"),
    ),
}
_WEIGHTS = re.compile(r"\.(safetensors|gguf|bin|pt|pth|h5|msgpack|onnx|ckpt|nemo)$", re.IGNORECASE)
# Settings of a training run, saved beside the weights under a suffix of theirs.
_NO_WEIGHTS = re.compile(r"(^|/)(training_args|optimizer|scheduler|rng_state[^/]*)\.(bin|pt|pth)$")
_DATA = re.compile(
    r"\.(parquet|arrow|csv|tsv|jsonl?|txt|xml|gz|zst|bz2|xz|tar|zip|7z|npy|npz|h5|hdf5|wav|mp3|flac"
    r"|png|jpe?g|mp4)$",
    re.IGNORECASE,
)
# Descriptions of the data beside them.
_NO_DATA = re.compile(r"(^|/)(dataset_infos?|config|state)\.json$|(^|/)(README|LICENSE)[^/]*$")
_LICENSE_FILE = re.compile(r"(^|/)(LICENSE|LICENCE|COPYING)([._-][^/]*)?$", re.IGNORECASE)
# Repositories on a page of a listing: with all their files named, some megabytes.
PAGE = 100
_NEXT = re.compile(r'<(?P<address>[^<>]+)>;\s*rel="next"')


def path(kind: str, reference: str) -> str:
    """The question about one repository, with the fields that are read."""
    fields = "&".join(f"expand={name}" for name in EXPAND[kind])
    return f"/api/{kind}s/{quote(reference)}?{fields}"


def judge(target: Target, answer: Answer) -> Verdict:
    """What the Hub's answer means; spec/refresh.md section 4, "Answers to classify"."""
    if verdict := trouble(answer):
        return verdict
    code, message = (
        answer.headers.get("x-error-code", ""),
        answer.headers.get("x-error-message", ""),
    )
    match answer.status:
        case 304:
            return Verdict(meaning=Meaning.UNCHANGED, words="nothing has changed")
        case 401 | 403 if code == "GatedRepo":
            return Verdict(meaning=Meaning.GATED, words="it exists; details need approval")
        case 403 if "disabled" in message:
            return Verdict(meaning=Meaning.DISABLED, words="the Hub has disabled it")
        case 401 if "Authorization header" in message:
            return Verdict(meaning=Meaning.OUR_ERROR, words="the Hub does not know our HF_TOKEN")
        case 404 if code in {"RevisionNotFound", "EntryNotFound"}:
            return Verdict(meaning=Meaning.OUR_ERROR, words="we asked for a revision that is not")
        case 401 | 404 | 410:
            return Verdict(
                meaning=Meaning.MISSING, words="missing or private; cannot be told apart"
            )
        case 200:
            return _of_body(target, answer)
    return Verdict(
        meaning=Meaning.OUR_ERROR, words=f"the Hub answers {answer.status} to our question"
    )


def _of_body(target: Target, answer: Answer) -> Verdict:
    body = object_of(answer)
    if body is None or not isinstance(body.get("id"), str) or not body["id"]:
        return Verdict(meaning=Meaning.OUTAGE, words="the answer is not the Hub's (no id in it)")
    return _there(body, target.kind)


def _there(body: Mapping[str, Any], kind: str = "model") -> Verdict:
    """What the Hub shows of a repository, in an answer of its own or on a page of many."""
    observed = observe(body, kind)
    state = "ok"
    if observed.get("disabled") == "true" or observed.get("private") == "true":
        state = "disabled"
    elif observed.get("gated", "false") not in ("", "false"):
        state = "gated"
    words = {"disabled": "there, but disabled or private", "gated": "there, behind a gate"}
    return Verdict(
        meaning=Meaning.OK,
        words=words.get(state, "there"),
        state=state,
        immutable_id=text_of(body.get("_id")),
        reference=text_of(body["id"]),
        observed=observed,
    )


def first_page(owner: str) -> str:
    """The question about the models of an owner, or about all, a page at a time."""
    fields = "&".join(f"expand={name}" for name in EXPAND["model"])
    return f"/api/models?{f'author={quote(owner)}&' if owner else ''}limit={PAGE}&{fields}"


def read_page(answer: Answer) -> Page | None:
    """The models on a page, and the path of the next, which has to be the Hub's own."""
    try:
        listed = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(listed, list):
        return None
    shown = {
        body["id"].lower(): _there(body)
        for body in listed
        if isinstance(body, dict) and isinstance(body.get("id"), str) and body["id"]
    }
    following = _NEXT.search(answer.headers.get("link", ""))
    address = following["address"] if following else ""
    base = settings.HUB_URL
    return Page(shown, address.removeprefix(base) if address.startswith(f"{base}/") else "")


def observe(body: Mapping[str, Any], kind: str = "model") -> dict[str, str]:
    """{field: value} of what the body does say; a field that it lacks is no observation."""
    found = {
        ours: text_of(body[theirs])
        for ours, theirs in (
            *(("author", "author"), ("private", "private"), ("disabled", "disabled")),
            *(("gated", "gated"), ("created_at", "createdAt"), ("modified_at", "lastModified")),
            *(("revision", "sha"), ("pipeline_tag", "pipeline_tag"), ("library", "library_name")),
        )
        if theirs in body and isinstance(body[theirs], (str, bool, int))
    }
    tags = body.get("tags")
    if isinstance(tags, list):
        found |= _of_tags([tag for tag in tags if isinstance(tag, str)])
    card = body.get("cardData")
    if isinstance(card, dict):
        found |= {
            field: text_of(card.get(field)) for field in ("license", "license_name", "license_link")
        }
        found["datasets"] = text_of(card.get("datasets"))
    siblings = body.get("siblings")
    if isinstance(siblings, list):
        names = [one.get("rfilename") for one in siblings if isinstance(one, dict)]
        found |= _of_files([name for name in names if isinstance(name, str)], kind)
    for holder in ("safetensors", "gguf"):
        size = body.get(holder)
        total = size.get("total") if isinstance(size, dict) else None
        if isinstance(total, int) and not isinstance(total, bool) and total > 0:
            found.setdefault("parameters", str(total))
    offers = body.get("inferenceProviderMapping")
    if isinstance(offers, (dict, list)):
        found["live_providers"] = " ".join(sorted(_live(offers)))
    return {field: value[:2000] for field, value in found.items()}


def _of_tags(tags: list[str]) -> dict[str, str]:
    def tagged(prefix: str) -> str:
        return " ".join(sorted(tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)))

    return {
        "license_tags": tagged("license:"),
        "dataset_tags": tagged("dataset:"),
        "arxiv_tags": tagged("arxiv:"),
        "base_model_tags": tagged("base_model:"),
    }


def _of_files(names: list[str], kind: str) -> dict[str, str]:
    license_file = next((name for name in names if _LICENSE_FILE.search(name)), "")
    if kind == "dataset":
        held = [name for name in names if _DATA.search(name) and not _NO_DATA.search(name)]
        return {"data_files": str(len(held)), "license_file": license_file}
    weights = [name for name in names if _WEIGHTS.search(name) and not _NO_WEIGHTS.search(name)]
    formats = {name.rpartition(".")[2].lower() for name in weights}
    return {
        "weight_files": str(len(weights)),
        "formats": " ".join(sorted(formats)),
        "license_file": license_file,
    }


def _live(offers: dict[str, Any] | list[Any]) -> Iterator[str]:
    """Providers that serve it now; a mapping for one model, a list in listings."""
    pairs = (
        offers.items()
        if isinstance(offers, dict)
        else ((one.get("provider"), one) for one in offers if isinstance(one, dict))
    )
    for provider, offer in pairs:
        if isinstance(provider, str) and isinstance(offer, dict) and offer.get("status") == "live":
            yield provider


SOURCE = LiveSource(
    key=KEY,
    name="Hugging Face Hub",
    kinds=("model", "dataset"),
    queue="hub",
    parser_version=2,  # 2: files of a data set
    # 40 % of the 500 questions in five minutes that it grants without a token.
    assumed=Window(200, 300),
    canary=("model", "openai-community/gpt2"),
    base=lambda: settings.HUB_URL,
    token=lambda: settings.HF_TOKEN,
    path=path,
    judge=judge,
    claims=claims,
    quantities=quantities,
    pages=Pages(kind="model", first=first_page, read=read_page),
)
