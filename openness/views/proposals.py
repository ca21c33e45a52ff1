"""Proposing a release: by an address first, with a preview by every lens before it is sent.

One page, told by its buttons what to do: send, see the result, keep a draft, fill in what a source
or a file says. A field that a person has filled in is never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openness.models import Lookup, Project, Submission
from openness.services import drafts, lookups, prefill, submissions
from openness.services.submissions import AlreadyDecided
from openness.sources.reading import Refused
from openness.tasks import send_out
from openness.throttle import looks_too_often, sends_too_often
from openness.views.page import page
from openness.views.proposal import Proposal
from openness.views.sending import private, sender_of, sent

POLLS = 30
"""How often the form asks whether a look is done, every two seconds: a minute."""


class Desk:
    """One request at the form of a new release, or at a draft of one."""

    def __init__(self, request: HttpRequest, draft: Submission | None) -> None:
        self.request = request
        self.draft = draft
        given = request.POST.get("address") or request.GET.get("address") or ""
        kept = str(draft.payload.get("address") or "") if draft else ""
        self.address = (given or kept).strip()[:500].replace("\0", "")

    @cached_property
    def look(self) -> Lookup | None:
        """The finished look at the address, if there is one."""
        return lookups.found(self.address)

    @cached_property
    def told(self) -> list[tuple[str, prefill.Fields]]:
        """(who, what they told) of this release: its address, its source, and those before."""
        told: list[tuple[str, prefill.Fields]] = []
        if self.draft:
            before = prefill.of_payload(self.draft.payload)
            by = dict(self.draft.payload.get("filled") or {})
            told += [(who, {name: before[name]}) for name, who in by.items() if name in before]
        if self.address:
            told.append((prefill.FROM_ADDRESS, prefill.of_address(self.address)))
        if self.look:
            told.append((self.look.source, prefill.of_lookup(self.look)))
        return told

    @property
    def all_told(self) -> prefill.Fields:
        """What all of them told together; the later one goes before."""
        return {name: value for _who, fields in self.told for name, value in fields.items()}

    def show(self, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
        """The form; an htmx request gets the preview alone."""
        proposal.mark(self.told)
        context: dict[str, Any] = {
            "form": proposal.form,
            "proposal": proposal,
            "address": self.address,
            "draft": self.draft,
            "kept_until": drafts.kept_until(self.draft) if self.draft else None,
            "look": self.look,
            "told": self._source_tells,
            "poll": 0,
            "preview": [],
            "twins": [],
            "waiting": [],
            "here": [],
            "waits": False,
            "problem": "",
        }
        canonical = (
            "" if self.request.method == "GET" and not (self.address or self.draft) else None
        )
        answer = page(
            self.request, "submit.html", context | more, canonical=canonical, status=status
        )
        return private(answer) if self.draft else answer

    # What the buttons do.

    def open(self) -> HttpResponse:
        """The form with what is known already; a worker is sent out for the rest."""
        kept = prefill.of_payload(self.draft.payload) if self.draft else {}
        if self.draft and self.draft.email:
            kept["email"] = self.draft.email
        proposal = Proposal.of(None, self.all_told | kept)
        here: list[Project] = []
        if self.address and not self.draft:
            name = prefill.of_address(self.address).get("name", self.address)
            here = submissions.duplicates(name=name, links=[self.address])
        return self.show(proposal, here=here, poll=1 if self._sent_out(here) else 0)

    def _sent_out(self, here: list[Project]) -> bool:
        """Whether a worker is looking at the address; nobody is sent where all is known."""
        if not self.address or self.look or (here and here == self._at_address()):
            return False
        if looks_too_often(self.request):
            return False
        look, new = lookups.asked(self.address)
        if look is not None and new:
            send_out(look)
        return look is not None

    def _at_address(self) -> list[Project]:
        return list(submissions.at_address([self.address]))

    def poll(self) -> HttpResponse:
        """Whether the look is done: then the fields that are still blank, filled in."""
        number = self.request.GET.get("poll", "")
        polls = int(number) if number.isdecimal() and len(number) < 4 else POLLS
        typed = Proposal.of(self.request.POST, {}).typed
        proposal = Proposal.of(self._merged_post(), {})
        proposal.is_valid()
        shown = Proposal.of(None, self._merged())
        shown.mark(self.told)
        context = {
            "proposal": shown,
            "here_url": self.request.path,
            "look": self.look,
            "told": self._source_tells,
            "fresh": [name for name in shown.filled if prefill.is_blank(typed.get(name, ""))],
            "poll": 0 if self.look or polls >= POLLS else polls + 1,
            "preview": proposal.preview() if self.look else [],
        }
        return page(self.request, "submit_filled.html", context)

    @property
    def _source_tells(self) -> bool:
        return bool(self.look and prefill.of_lookup(self.look))

    def _merged(self) -> dict[str, str]:
        """What was typed, and in blanks what was told."""
        typed = Proposal.of(self.request.POST, {}).typed
        return typed | {
            name: value
            for name, value in self.all_told.items()
            if prefill.is_blank(typed.get(name, ""))
        }

    def _merged_post(self) -> dict[str, str]:
        """What was typed and told, in the form in which a browser would send it."""
        post = self.request.POST
        return self._merged() | {name: post.get(name, "") for name in ("begun", "website", "email")}

    def fill(self) -> HttpResponse:
        """The same without a script: the whole page again, blanks filled in."""
        return self.show(Proposal.of(None, self._merged()))

    def read_file(self) -> HttpResponse:
        """A file of the Model Openness Tool becomes a draft, which is kept under its own link."""
        upload = self.request.FILES.get("file")
        # A body that is far too large is passed over unread; there is no file then.
        too_large = int(self.request.META.get("CONTENT_LENGTH") or 0) > prefill.MOT_SIZE
        if upload is None and not too_large:
            return self._no_file(_("Choose a file first."))
        try:
            body = upload.read() if upload else b""
            fields = prefill.of_file(body, too_large=upload is None)
        except Refused as refused:
            reason = str(refused).removeprefix(prefill.MOT_NAME).lstrip(": ")
            return self._no_file(_("This file cannot be read: %(reason)s") % {"reason": reason})
        self.told.append((prefill.FROM_FILE, fields))
        return self.keep(Proposal.of(self._merged_post(), {}))

    def _no_file(self, problem: str) -> HttpResponse:
        return self.show(Proposal.of(None, {}), problem=problem, status=422)

    def preview(self) -> HttpResponse:
        """The result by every lens of what has been filled in so far."""
        proposal = Proposal.of(self.request.POST, {})
        proposal.is_valid()
        if self.request.headers.get("HX-Request") == "true":
            return page(self.request, "submit_preview.html", {"preview": proposal.preview()})
        return self.show(proposal, preview=proposal.preview())

    def keep_draft(self) -> HttpResponse:
        """Keep what there is under a private link; what is wrong is said, what lacks is not."""
        return self.keep(Proposal.of(self.request.POST, {}))

    def keep(self, proposal: Proposal) -> HttpResponse:
        """Keep this as the draft."""
        if not proposal.is_valid() and not proposal.is_draft:
            return self.show(proposal, status=422)
        if sends_too_often(self.request):
            return self.show(proposal, status=429, waits=True)
        payload = self._payload(proposal)
        sender = sender_of(self.request, proposal.form, "draft", payload)
        try:
            kept = submissions.save_draft(payload=payload, sender=sender, draft=self.draft)
        except AlreadyDecided:
            kept = self.draft or submissions.save_draft(payload=payload, sender=sender)
        return redirect(kept)

    def send(self) -> HttpResponse:
        """Send it once it is whole and no duplicate, or is sent anyway."""
        proposal = Proposal.of(self.request.POST, {})
        if not proposal.is_valid():
            return self.show(proposal, status=422)
        form = proposal.form
        payload = self._payload(proposal)
        sender = sender_of(self.request, form, payload)
        if (again := self._sent_before(sender)) is not None:
            return redirect(again)
        name = form.cleaned_data["name"]
        if not form.cleaned_data["anyway"]:
            twins = submissions.duplicates(name=name, links=form.links())
            waiting = list(submissions.waiting(name=name, links=form.links())[:5])
            if twins or waiting:
                return self.show(proposal, status=409, twins=twins, waiting=waiting)
        if sends_too_often(self.request):
            return self.show(proposal, status=429, waits=True)
        return self._send(payload, sender)

    def _sent_before(self, sender: submissions.Sender) -> Submission | None:
        """What the same form became a moment ago: a second click is no second proposal."""
        if self.draft:
            return None
        return Submission.objects.filter(once=sender.once).first()

    def _send(self, payload: dict[str, Any], sender: submissions.Sender) -> HttpResponseRedirect:
        if self.draft is None:
            made = submissions.submit(payload=payload, sender=sender)
        else:
            try:
                made = submissions.send(draft=self.draft, payload=payload, sender=sender)
            except AlreadyDecided:
                return redirect(self.draft)
        return sent(made)

    def _payload(self, proposal: Proposal) -> dict[str, Any]:
        more = {"address": self.address} if self.address else {}
        return proposal.payload | more | {"filled": prefill.filled(proposal.typed, self.told)}


def propose(request: HttpRequest, draft: Submission | None = None) -> HttpResponse:
    """The form of a new release, or of a draft of one; its buttons say what to do."""
    desk = Desk(request, draft)
    if request.method != "POST":
        return desk.open()
    live = request.headers.get("HX-Request") == "true"
    if "poll" in request.GET:
        return desk.poll()
    deeds: dict[str, Callable[[], HttpResponse]] = {
        "read": desk.read_file,
        "fill": desk.fill,
        "preview": desk.preview,
        "draft": desk.keep_draft,
    }
    named = next((name for name in deeds if name in request.POST), "preview" if live else "")
    return deeds[named]() if named else desk.send()
