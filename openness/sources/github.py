"""GitHub, asked about one repository, and about more of it when it was pushed to.

spec/refresh.md section 5. A repository that has not changed costs one conditional question.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from django.conf import settings

from openness.sources.budget import Window
from openness.sources.http import Answer
from openness.sources.live import (
    Also,
    LiveSource,
    Meaning,
    Target,
    Verdict,
    object_of,
    text_of,
    trouble,
)
from scoring.facts import Access, Claim, Kind, Quantity, State, Trust, exactly
from scoring.licenses import normalize

KEY = "github"
# GitHub's words for "a license was found, and it is none that we know".
_UNRECOGNIZED = "NOASSERTION"
_FIELDS = (
    *(("archived", "archived"), ("disabled", "disabled"), ("private", "private")),
    *(("fork", "fork"), ("pushed_at", "pushed_at"), ("default_branch", "default_branch")),
)


def path(kind: str, reference: str) -> str:
    """The question about one repository."""
    return f"/repos/{quote(reference)}"


def judge(target: Target, answer: Answer) -> Verdict:
    """What GitHub's answer means; spec/refresh.md section 5."""
    if verdict := trouble(answer):
        return verdict
    body = object_of(answer)
    message = text_of((body or {}).get("message"))
    match answer.status:
        case 304:
            return Verdict(meaning=Meaning.UNCHANGED, words="nothing has changed")
        case 403 if "rate limit" in message.lower():
            return Verdict(meaning=Meaning.THROTTLED, words="GitHub's rate limit is reached")
        case 403 if "blocked" in message.lower():
            return Verdict(meaning=Meaning.DISABLED, words="GitHub has blocked the repository")
        case 451:
            return Verdict(meaning=Meaning.DISABLED, words="withheld for legal reasons")
        case 401:
            return Verdict(meaning=Meaning.OUR_ERROR, words="GitHub does not know our GITHUB_TOKEN")
        case 404 | 410:
            return Verdict(
                meaning=Meaning.MISSING, words="missing or private; cannot be told apart"
            )
        case 200 if body and isinstance(body.get("id"), int) and body.get("full_name"):
            observed = observe(body)
            shut = "true" in (observed.get("disabled"), observed.get("private"))
            return Verdict(
                meaning=Meaning.OK,
                words="there, but disabled or private" if shut else "there",
                state="disabled" if shut else "ok",
                immutable_id=str(body["id"]),
                reference=text_of(body["full_name"]),
                observed=observed,
            )
        case 200:
            return Verdict(meaning=Meaning.OUTAGE, words="the answer is not GitHub's (no id in it)")
    return Verdict(
        meaning=Meaning.OUR_ERROR, words=f"GitHub answers {answer.status} to our question"
    )


def observe(body: Mapping[str, Any]) -> dict[str, str]:
    """{field: value} of what the body does say; a field that it lacks is no observation."""
    found = {
        ours: text_of(body[theirs])
        for ours, theirs in _FIELDS
        if isinstance(body.get(theirs), (str, bool))
    }
    if "license" in body:
        detected = body["license"]
        found["license"] = text_of(detected.get("spdx_id")) if isinstance(detected, dict) else ""
    return found


def also(target: Target, before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Also, ...]:
    """License text, newest release and community profile, if something was pushed since then.

    GitHub keeps no profile of forks.
    """
    fork = now.get("fork") == "true"
    whole = "license_path" in before and (fork or "has_readme" in before)
    if before.get("pushed_at") == now.get("pushed_at") and whole:
        return ()
    repository = path(target.kind, target.reference)
    return tuple(
        Also(f"{repository}/{part}", observe, read_before=bool(before.get(_TOLD_BY[part])))
        for part, observe in PARTS.items()
        if not (fork and part == "community/profile")
    )


def observe_license(answer: Answer) -> dict[str, str]:
    """Where the license stands and which text it is; 404: GitHub found no file of that kind."""
    body = object_of(answer)
    if answer.status == 404:
        return {"license_path": "", "license_sha256": ""}
    if answer.status != 200 or body is None or not isinstance(body.get("content"), str):
        return {}
    try:
        text = base64.b64decode(body["content"])
    except (binascii.Error, ValueError):
        return {}
    words = re.sub(rb"\s+", b" ", text).strip()
    return {
        "license_path": text_of(body.get("path")),
        "license_sha256": hashlib.sha256(words).hexdigest(),
    }


def observe_release(answer: Answer) -> dict[str, str]:
    """The newest release by its tag and date; 404: there is none."""
    body = object_of(answer)
    if answer.status == 404:
        return {"release": "", "released_at": ""}
    if answer.status != 200 or body is None:
        return {}
    return {
        "release": text_of(body.get("tag_name")),
        "released_at": text_of(body.get("published_at")),
    }


def observe_profile(answer: Answer) -> dict[str, str]:
    """Which files of a community GitHub found: true or false each; 404: it keeps no profile."""
    body = object_of(answer)
    files = (body or {}).get("files")
    if answer.status == 404:
        return {"has_readme": ""}
    if answer.status != 200 or not isinstance(files, dict):
        return {}
    return {
        f"has_{ours}": text_of(bool(files[theirs]))
        for ours, theirs in (
            *(("readme", "readme"), ("contributing", "contributing")),
            *(("code_of_conduct", "code_of_conduct"), ("license_file", "license")),
        )
        if theirs in files
    }


PARTS = {
    "license": observe_license,
    "releases/latest": observe_release,
    "community/profile": observe_profile,
}
"""End of the path of a further question -> how its answer is read."""
_TOLD_BY = {
    "license": "license_path",
    "releases/latest": "release",
    "community/profile": "has_readme",
}


def claims(target: Target, observed: Mapping[str, str]) -> list[Claim]:
    """What the observations let us hold of software: its source, how it is had, its license.

    A model's repository may hold code to train it, to run it, or neither: it says nothing certain
    of a component, so nothing is claimed.
    """
    if target.project_kind is not Kind.SOFTWARE or "private" not in observed:
        return []
    shut = "true" in (observed.get(word) for word in ("gone", "disabled", "private"))
    say = partial(
        Claim,
        component="source_code",
        source=KEY,
        trust=Trust.VENDOR_API,
        confidence=4,
        link=f"https://github.com/{target.reference}",
    )
    found = observed.get("license", "")
    terms: dict[str, Any] = {}
    if found and found != _UNRECOGNIZED:
        terms = {
            "license_raw": found,
            "license_id": normalize(found),
            "license_source": "component",
        }
    if shut:
        gone = exactly(Access.NONE)
        return [
            say(
                state=State.CLOSED,
                access=gone,
                note="withdrawn: gone, disabled or private",
                **terms,
            )
        ]
    return [say(state=State.OPEN, access=exactly(Access.PUBLIC), gate="none", **terms)]


def quantities(target: Target, observed: Mapping[str, str]) -> list[Quantity]:
    """None: a repository says nothing of sizes."""
    return []


SOURCE = LiveSource(
    key=KEY,
    name="GitHub",
    kinds=("repository",),
    queue="github",
    parser_version=2,  # 2: the community profile
    # 40 % of the 60 questions an hour that it grants without a token.
    assumed=Window(24, 3600),
    canary=("repository", "python/cpython"),
    base=lambda: settings.GITHUB_URL,
    token=lambda: settings.GITHUB_TOKEN,
    path=path,
    judge=judge,
    claims=claims,
    quantities=quantities,
    also=also,
    parts=PARTS,
    accept="application/vnd.github+json",
)
