"""What a submission states, as claims; and one statement held, or taken back, at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from openness.forms import ACCESSED
from openness.models import Change, Evidence, Project, Revision, Submission
from openness.models.evidence import claim_fields
from openness.services.addresses import address
from openness.services.hold import change_class, summary_of
from scoring.components import COMPONENTS
from scoring.facts import Access, Claim, Hosting, Kind, Method, Quantity, Span, Stage, State, Trust
from scoring.hosting import HOSTING_COMPONENTS
from scoring.licenses import normalize

SOURCE = "submission"
# Offers change; a hosting statement counts for 180 days (spec open-to-whom section 8).
HOSTING_DAYS = 180

_ACCESS_STATE = {
    Access.PUBLIC: (State.OPEN, ""),
    Access.CLICK_THROUGH: (State.PARTIAL, "click_through"),
    Access.BY_REQUEST: (State.PARTIAL, "by_request"),
    Access.NONE: (State.CLOSED, ""),
}
_HOSTING_STATE = {
    Hosting.FREE_API: (State.OPEN, "", "free", "anyone"),
    Hosting.PAID_API: (State.PARTIAL, "paid", "paid", "anyone"),
    Hosting.UI_ONLY: (State.OPEN, "", "", ""),
    Hosting.RESTRICTED: (State.PARTIAL, "restricted_audience", "", "customers"),
    Hosting.NONE: (State.CLOSED, "", "", ""),
}
_PUBLICATION = {
    "technical_report": "report",
    "preprint": "preprint",
    "peer_reviewed_paper": "peer_reviewed",
}


def claims_of(payload: Mapping[str, Any], *, stated_on: date) -> list[Claim]:
    """The statements of a submission, in the order of display; a field left open makes none.

    `payload["components"]` holds {component: answers} of the long form and of corrections; what it
    says of a component goes before what follows from the short fields.
    """
    claims = {
        component: claim_of(component, answers, stated_on=stated_on)
        for component, answers in (_short(payload) | dict(payload.get("components") or {})).items()
    }
    return [claims[component] for component in COMPONENTS if component in claims]


def _short(payload: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """{component: answers} of the short form."""

    def text(name: str) -> str:
        return str(payload.get(name) or "").strip()

    software = text("kind") == Kind.SOFTWARE
    found: dict[str, dict[str, str]] = {}
    access = text("weights") or "unknown"
    if access != "unknown" or text("license"):
        found["source_code" if software else "weights_end"] = {
            "access": access,
            "license": text("license"),
            "link": (text("code_link") if software else text("weights_link")) or text("homepage"),
        }
    offer = text("api") or "unknown"
    if offer != "unknown":
        found["hosted_ui" if offer == "ui_only" else "hosted_api"] = {
            "hosting": offer,
            "link": text("api_link"),
        }
    if paper := text("paper_link"):
        preprint = (ref := address(paper)) is not None and ref.source == "arxiv"
        found["preprint" if preprint else "technical_report"] = {"state": "open", "link": paper}
    if not software and (code := text("code_link")):
        found["inference_code"] = {"state": "open", "link": code}
    return found


def claim_of(component: str, answers: Mapping[str, str], *, stated_on: date) -> Claim:
    """The claim that these answers make of a component; blanks and missing ones say nothing.

    Answers: state, or access of weights and source, or hosting of hosted ones; partial_reason,
    license, link, note, stage.
    """
    license_raw = answers.get("license", "").strip()
    say = partial(
        Claim,
        component=component,
        source=SOURCE,
        trust=Trust.REVIEWED,
        method=Method.HUMAN,
        confidence=4,
        stated_on=stated_on,
        license_raw=license_raw,
        license_id=normalize(license_raw),
        license_source="component" if license_raw else "",
        link=answers.get("link", ""),
        note=answers.get("note", ""),
    )
    if component in ACCESSED:
        access = Access(answers.get("access") or "unknown")
        state, gate = _ACCESS_STATE.get(access, (State.UNKNOWN, ""))
        return say(
            state=state,
            partial_reason="gated" if gate else "",
            gate=gate or ("none" if access is Access.PUBLIC else ""),
            access=Span(access, access),
            stage=Stage(answers.get("stage") or "single") if component == "weights_end" else None,
        )
    if component in HOSTING_COMPONENTS:
        offer = Hosting(answers.get("hosting") or "unknown")
        state, reason, price, audience = _HOSTING_STATE.get(offer, (State.UNKNOWN, "", "", ""))
        return say(
            state=state,
            partial_reason=reason,
            hosting=Span(offer, offer),
            price=price,
            audience=audience,
            origin="own",
            expires_at=stated_on + timedelta(days=HOSTING_DAYS),
        )
    state = State(answers.get("state") or "unknown")
    return say(
        state=state,
        partial_reason=answers.get("partial_reason", "") if state is State.PARTIAL else "",
        publication=_PUBLICATION.get(component, "") if state is not State.CLOSED else "",
    )


def size_of(payload: Mapping[str, Any], stated_on: date) -> list[Quantity]:
    """The size that a submission gives, if any."""
    if not (size := payload.get("parameters")):
        return []
    return [
        Quantity(
            name="parameters",
            low=float(size),
            high=float(size),
            source=SOURCE,
            trust=Trust.REVIEWED,
            link=payload.get("weights_link") or payload.get("homepage") or "",
            stated_on=stated_on,
        )
    ]


def state(
    claim: Claim,
    *,
    project: Project,
    revision: Revision,
    author: str,
    reviewer: User,
    submission: Submission,
) -> None:
    """Hold one claim of a person; the one that it follows is superseded and stays on record.

    What a release is first described with is no change.
    """
    before = _in_force(project, claim.component)
    new = Evidence(
        project=project,
        since=revision,
        author=author,
        reviewer=reviewer,
        submission=submission,
        **claim_fields(claim),
    )
    _supersede(before, revision)
    new.save()
    if before or submission.kind != "project":
        _record(project, claim.component, before, new, revision)


def take_back(component: str, *, submission: Submission, revision: Revision) -> None:
    """Undo what `state` did for a submission: what stood before it is stated again, if anything."""
    project = submission.project
    held = _in_force(project, component) if project else None
    if project is None or held is None or held.submission_id != submission.pk:
        return
    followed = Evidence.objects.filter(
        project=project, component=component, source=SOURCE, superseded=held.since
    ).first()
    _supersede(held, revision)
    if followed is None:
        _record(project, component, held, None, revision)
        return
    again = Evidence(
        project=project,
        since=revision,
        author=followed.author,
        reviewer=followed.reviewer,
        submission=followed.submission,
        **claim_fields(followed.claim()),
    )
    again.save()
    _record(project, component, held, again, revision)


def _in_force(project: Project, component: str) -> Evidence | None:
    return (
        Evidence.objects.in_force()
        .filter(project=project, component=component, source=SOURCE, subject__isnull=True)
        .first()
    )


def _supersede(row: Evidence | None, revision: Revision) -> None:
    if row is not None:
        row.superseded = revision
        row.save(update_fields=["superseded"])


def _record(
    project: Project,
    component: str,
    old: Evidence | None,
    new: Evidence | None,
    revision: Revision,
) -> None:
    Change.objects.create(
        project=project,
        revision=revision,
        field=component,
        old=summary_of(old),
        new=summary_of(new),
        change_class=change_class(old, new),
        source=SOURCE,
        evidence=new or old,
    )
