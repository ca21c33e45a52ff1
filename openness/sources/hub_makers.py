"""Who releases at the Hugging Face Hub: the id of an organization, and whether it is verified.

A name is not an identity: it can be given up and taken by others; the id stays.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from openness.sources.http import Answer
from openness.sources.live import Meaning, Verdict, object_of, text_of, trouble


def path(name: str) -> str:
    """The question about one organization."""
    return f"/api/organizations/{quote(name, safe='')}/overview"


def judge(answer: Answer) -> Verdict:
    """What the Hub's answer means; a name that is a person's is 404 here as well."""
    if verdict := trouble(answer):
        return verdict
    match answer.status:
        case 404:
            return Verdict(meaning=Meaning.MISSING, words="no organization of that name")
        case 200:
            return _of_body(answer)
    return Verdict(
        meaning=Meaning.OUR_ERROR, words=f"the Hub answers {answer.status} to our question"
    )


def _of_body(answer: Answer) -> Verdict:
    body = object_of(answer)
    if body is None or not isinstance(body.get("_id"), str) or not body["_id"]:
        return Verdict(meaning=Meaning.OUTAGE, words="the answer is not the Hub's (no id in it)")
    found = Verdict(
        meaning=Meaning.OK,
        words="there",
        immutable_id=text_of(body["_id"])[:40],
        reference=text_of(body.get("name")),
    )
    verified = body.get("isVerified")
    if not isinstance(verified, bool):
        return found  # not observed is not a value
    return replace(found, observed={"verified": text_of(verified)})
