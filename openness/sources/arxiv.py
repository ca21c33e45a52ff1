"""arXiv, asked whether a paper is there (spec/refresh.md section 6): one question in three seconds.

It answers in Atom. A paper that is not there is an empty feed with 200, not a 404.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote
from xml.etree import ElementTree

from django.conf import settings

from openness.sources.budget import Window
from openness.sources.http import Answer
from openness.sources.live import LiveSource, Meaning, Target, Verdict, trouble
from scoring.facts import Claim, Quantity, State, Trust

KEY = "arxiv"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ID = re.compile(r"arxiv\.org/abs/(?P<id>.+?)(?P<version>v\d+)?$")


def path(kind: str, reference: str) -> str:
    """The question about one paper, without its version."""
    return f"/api/query?id_list={quote(reference)}&max_results=1"


def judge(target: Target, answer: Answer) -> Verdict:
    """What arXiv's answer means."""
    if verdict := trouble(answer):
        return verdict
    if answer.status == 304:
        return Verdict(meaning=Meaning.UNCHANGED, words="nothing has changed")
    if answer.status == 400:
        return Verdict(meaning=Meaning.MISSING, words="arXiv knows no such number")
    feed = _feed(answer.body) if answer.status == 200 else None
    if feed is None:
        return Verdict(meaning=Meaning.OUTAGE, words="the answer is not arXiv's (no feed in it)")
    entry = feed.find(f"{_ATOM}entry")
    found = _ID.search(entry.findtext(f"{_ATOM}id", "") if entry is not None else "")
    if entry is None or found is None:
        return Verdict(meaning=Meaning.MISSING, words="arXiv has no such paper")
    comment = entry.findtext("{http://arxiv.org/schemas/atom}comment", "")
    return Verdict(
        meaning=Meaning.OK,
        words="there",
        immutable_id=found["id"],
        reference=target.reference,
        observed={
            "version": found["version"] or "",
            "published": entry.findtext(f"{_ATOM}published", ""),
            "updated": entry.findtext(f"{_ATOM}updated", ""),
            "withdrawn": "true" if "withdrawn" in comment.lower() else "false",
        },
    )


def _feed(body: bytes) -> ElementTree.Element | None:
    """The feed; None for anything else, and for a document that declares entities of its own."""
    if b"<!" in body[:2000]:
        return None
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 no declarations, so nothing to expand
    except ElementTree.ParseError:
        return None
    return root if root.tag == f"{_ATOM}feed" else None


def claims(target: Target, observed: Mapping[str, str]) -> list[Claim]:
    """That the paper can be read by anybody, or that its authors have withdrawn it."""
    withdrawn = observed.get("withdrawn")
    if withdrawn is None or observed.get("gone") == "true":
        return []
    return [
        Claim(
            component="preprint",
            state=State.CLOSED if withdrawn == "true" else State.OPEN,
            publication="preprint",
            source=KEY,
            trust=Trust.VENDOR_PAGE,
            link=f"https://arxiv.org/abs/{target.reference}",
            note="withdrawn by its authors" if withdrawn == "true" else "",
        )
    ]


def quantities(target: Target, observed: Mapping[str, str]) -> list[Quantity]:
    """None: the entry says nothing of sizes."""
    return []


SOURCE = LiveSource(
    key=KEY,
    name="arXiv",
    kinds=("paper",),
    queue="links",
    parser_version=1,
    assumed=Window(1, 3.0),
    canary=("paper", "1706.03762"),
    base=lambda: settings.ARXIV_URL,
    token=lambda: None,
    path=path,
    judge=judge,
    claims=claims,
    quantities=quantities,
    accept="application/atom+xml",
)
