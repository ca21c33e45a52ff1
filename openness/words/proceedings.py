"""How the record changes, in the reader's language: submissions, decisions, visits, links."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from openness.words.vocabulary import Words

CHANGE_CLASSES: Words = {
    "first_declared": _("first stated"),
    "withdrawn": _("withdrawn"),
    "less_open": _("less open"),
    "more_open": _("more open"),
    "lateral": _("changed, no more and no less open"),
    "renamed": _("renamed"),
    "corrected": _("corrected"),
    "disputed": _("disputed"),
    "unclassified": _("changed"),
}
STATUSES: Words = {
    "draft": _("Draft"),
    "pending": _("Waiting for a reviewer"),
    "accepted": _("Accepted"),
    "returned": _("Returned"),
    "withdrawn": _("Withdrawn"),
}
RECEIVERS: Words = {
    "active": _("Active"),
    "paused": _("Paused"),
    "failed": _("Stopped: it does not answer"),
    "gone": _("Stopped: it is gone"),
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
MEANINGS: Words = {  # of a visit that says nothing of its target
    "throttled": _("too many questions"),
    "outage": _("no answer of use"),
    "our_error": _("our question was refused"),
}
