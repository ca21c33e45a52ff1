"""An example address of every page: the list that a new page cannot be left out of."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLResolver
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import BrowserContext

from openness.models import Project, Receiver, Watch
from openness.services.datasets import write_of_the_day
from tests.factories import SubmissionFactory


@dataclass(frozen=True, slots=True)
class Visit:
    """A page: the name of its route (blank for an error), its address, and who asks for it."""

    route: str
    address: str
    who: str = ""
    status: int = 200


ANYBODY = {
    "home": ["/"],
    "rankings": [
        "/rankings/",
        "/rankings/?q=stork&runs_on=laptop&colour=red",
        "/rankings/?q=nothing-like-this&kind=model",
        "/rankings/?lens=opening-up",
        "/rankings/?lens=mof",
        "/rankings/?lens=osai",
        "/rankings/?lens=osaid",
        "/rankings/?lens=gradient",
        "/rankings/?lens=fmti",
        "/rankings/?view=grid",
        "/rankings/?lens=opening-up&view=grid",
    ],
    "compare": [
        "/compare/",
        "/compare/?p=heron-7b&p=egret-7b&p=stork-176b",
        "/compare/?p=heron-7b&p=egret-7b&p=stork-176b&p=rumor",
    ],
    "project": [
        "/projects/heron-7b/",
        "/projects/heron-7b/?ram=64&vram=24",
        "/projects/rumor/",
    ],
    "history": ["/projects/heron-7b/history/"],
    "watch-project": ["/projects/heron-7b/watch/"],
    "cell": ["/projects/heron-7b/components/weights_end/"],
    "organizations": ["/organizations/"],
    "organization": ["/organizations/shore/"],
    "licenses": ["/licenses/"],
    "license": ["/licenses/Apache-2.0/", "/licenses/Llama-3.1/"],
    "methods": ["/methods/"],
    "method": [
        "/methods/open-to-whom/",
        "/methods/mof/",
        "/methods/osai/",
        "/methods/opening-up/",
        "/methods/osaid/",
        "/methods/gradient/",
        "/methods/fmti/",
    ],
    "plots": ["/plots/"],
    "data": ["/data/"],
    "changes": ["/changes/"],
    "status": ["/status/?renew=no"],
    "submit": [
        "/submit/",
        "/submit/?address=heron",
        "/submit/?project=heron-7b",
        "/submit/?project=heron-7b&component=model_card",
    ],
    "queue": ["/review/", "/review/?show=disputed"],
    "sign-in": ["/sign-in/"],
    "components": ["/components/"],
    "webhooks": ["/webhooks/"],
    "api-docs": ["/api/docs/"],
}
"""Pages whose address is known beforehand, on the shelf of `tests.views.shelf`."""

NO_PAGES = {
    "tray": "leads back to where one was",
    "sign-out": "leads to the queue",
    **dict.fromkeys(("plot-svg", "portfolio-svg", "editions-svg"), "a picture"),
}
"""Addresses that are no page of their own, and why."""

ENGLISH_ONLY = {"api-docs"}
"""Pages for programmers, outside the languages of the site."""


def routes() -> set[str]:
    """The names of everything that has an address in each language, and of pages beside them."""
    [translated] = [
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and isinstance(one.pattern, LocalePrefixPattern)
    ]
    return {str(one.name) for one in translated.url_patterns} | ENGLISH_ONLY


def prepared() -> list[Visit]:
    """Every page of a site with the shelf on it, once there is what private pages are about.

    `ana` reviews; `ben` has a second factor and has yet to prove it.
    """
    found = [Visit(name, address) for name, all_ in ANYBODY.items() for address in all_]
    found += [
        Visit("", "/no-such-page/", status=404),
        Visit("", "/projects/heron-7b/?as_of=never", status=400),
    ]
    return [*found, *_private()]


def _private() -> Iterator[Visit]:
    ana, ben = (User.objects.create_user(name) for name in ("ana", "ben"))
    ana.user_permissions.add(Permission.objects.get(codename="change_submission"))
    TOTPDevice.objects.create(user=ben, confirmed=True)
    heron = Project.objects.get(slug="heron-7b")
    sent = SubmissionFactory()
    watch = Watch.objects.create(project=heron, email="reader@example.org")
    receiver = Receiver.objects.create(owner=ana, url="https://example.org/hook")
    day = write_of_the_day().folder.rpartition("/")[2]
    yield Visit("dataset", f"/data/{day}/")
    yield Visit("submission", f"/submissions/{sent.token}/")
    yield Visit("watch", f"/watches/{watch.token}/")
    yield Visit("review", f"/review/{sent.pk}/")
    yield Visit("review", f"/review/{sent.pk}/", who="ana")
    yield Visit("queue", "/review/", who="ana")
    yield Visit("webhooks", "/webhooks/", who="ana")
    yield Visit("webhook", f"/webhooks/{receiver.key}/", who="ana")
    yield Visit("second-factor", "/sign-in/second-factor/", who="ana")
    yield Visit("sign-in-code", "/sign-in/code/", who="ben")


def enter(context: BrowserContext, site: str, who: str) -> None:
    """Be signed in as this person; blank: as nobody."""
    context.clear_cookies(name="sessionid")
    if who:
        client = Client()
        client.force_login(User.objects.get(username=who))
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
