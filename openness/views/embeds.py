"""Pictures of one project that others embed: the grid, the bars, and the card beside a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from openness import charts, figures, words
from openness.cards import as_png, card
from openness.charts import Bar
from openness.exports.lists import WHOM
from openness.models import Listing, Score
from openness.standalone import as_document
from openness.views.data.answers import one_state
from openness.views.home import picture_of
from openness.views.pictures import bars_label
from openness.views.plots import as_svg
from scoring.components import COMPONENTS
from scoring.facts import Kind
from scoring.lenses.open_to_whom import LENS, parts
from scoring.profile import Profile


@dataclass(frozen=True, slots=True)
class Shown:
    """A project with what its pictures are made of."""

    listing: Listing
    profile: Profile
    grid: Markup  # blank for a kind that our lens does not cover
    sentence: str


def _shown(slug: str) -> Shown:
    """The project of this slug, once it is scored; else the page is not found."""
    listing = get_object_or_404(
        Listing.objects.select_related("project__organization", "profile"), project__slug=slug
    )
    profile = Profile.parse(listing.profile.canonical)
    if profile.kind is Kind.DATASET:
        return Shown(listing, profile, Markup(), _("Our own lens does not cover data sets."))
    grid = LENS.grid(profile)
    return Shown(listing, profile, picture_of(grid), words.split_sentence(parts(grid)))


@require_safe
@one_state(cached=True)
def reach_svg(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>/reach.svg`: who can do what with it."""
    shown = _shown(slug)
    title = _("%(name)s: open to whom?") % {"name": shown.listing.project.name}
    picture = shown.grid or charts.bars([], label="")
    return as_svg(as_document(picture, title=title, sentence=shown.sentence))


@require_safe
@one_state(cached=True)
def split_svg(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>/split.svg`: where the hundred points went."""
    shown = _shown(slug)
    title = _("%(name)s: where the hundred points went") % {"name": shown.listing.project.name}
    covered = shown.profile.kind is not Kind.DATASET
    told = parts(LENS.grid(shown.profile)) if covered else dict.fromkeys(charts.PARTS, 0.0)
    picture = charts.split(told, label=shown.sentence, box=(SPLIT_WIDTH, 28.0))
    return as_svg(as_document(picture, title=title, sentence=shown.sentence))


SPLIT_WIDTH = 480.0  # px
DRAWN = ("data", "code", "document")


@require_safe
@one_state(cached=True)
def bars_svg(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>/bars.svg`: a bar a component, by type, in the order of the vocabulary."""
    shown = _shown(slug)
    states: Mapping[str, str] = shown.profile.states()
    groups = [
        [
            Bar(states.get(key, "unknown"))
            for key, info in COMPONENTS.items()
            if info.content_type == content_type and info.applies_to(shown.profile.kind)
        ]
        for content_type in DRAWN
    ]
    label = bars_label([bar for group in groups for bar in group])
    title = _("%(name)s: what is on record") % {"name": shown.listing.project.name}
    picture = charts.bars(groups, label=label)
    return as_svg(as_document(picture, title=title, sentence=label))


@require_safe
@one_state(cached=True)
def card_png(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>/card.png`, in English, as the pages of other sites are in any language."""
    with translation.override(settings.LANGUAGE_CODE):
        body = as_png(_card(_shown(slug)))
    return HttpResponse(body, content_type="image/png")


def _card(shown: Shown) -> str:
    listing, project = shown.listing, shown.listing.project
    score = Score.objects.filter(profile=listing.profile_id, **WHOM).first()
    lines = [
        words.clauses(
            [
                words.of(words.KINDS, project.kind),
                figures.size(listing.parameters),
                project.released[:4],
            ]
        ),
        listing.license or words.of(words.LICENSE_CLASSES, listing.license_class),
    ]
    return card(
        name=project.name,
        maker=project.organization.name if project.organization else "",
        score=figures.score(score.low, score.high, "open-to-whom") if score else figures.DASH,
        unit=_("of 100, by our lens “Open to whom?”"),
        lines=tuple(filter(None, lines)),
        picture=shown.grid,
    )
