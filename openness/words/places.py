"""Where makers are and what releases work on, in the reader's language; keys as sources say it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openness.words.vocabulary import Words, listed, of

COUNTRIES: Words = {
    "Australia": _("Australia"),
    "Austria": _("Austria"),
    "Belgium": _("Belgium"),
    "Canada": _("Canada"),
    "China": _("China"),
    "Finland": _("Finland"),
    "France": _("France"),
    "Germany": _("Germany"),
    "Hungary": _("Hungary"),
    "India": _("India"),
    "International": _("International"),
    "Israel": _("Israel"),
    "Italy": _("Italy"),
    "Japan": _("Japan"),
    "Lebanon": _("Lebanon"),
    "Netherlands": _("Netherlands"),
    "Philippines": _("Philippines"),
    "Poland": _("Poland"),
    "Russia": _("Russia"),
    "Saudi Arabia": _("Saudi Arabia"),
    "Singapore": _("Singapore"),
    "South Korea": _("South Korea"),
    "Spain": _("Spain"),
    "Sweden": _("Sweden"),
    "Switzerland": _("Switzerland"),
    "United Arab Emirates": _("United Arab Emirates"),
    "United Kingdom": _("United Kingdom"),
    "United States": _("United States"),
    "Vietnam": _("Vietnam"),
}
MODALITIES: Words = {
    "text": pgettext_lazy("what a model works on", "text"),
    "image": pgettext_lazy("what a model works on", "image"),
    "audio": pgettext_lazy("what a model works on", "audio"),
    "video": pgettext_lazy("what a model works on", "video"),
    "code": pgettext_lazy("what a model works on", "code"),
    "biology": pgettext_lazy("what a model works on", "biology"),
    "games": pgettext_lazy("what a model works on", "games"),
    "robotics": pgettext_lazy("what a model works on", "robotics"),
    "time-series": pgettext_lazy("what a model works on", "time series"),
    "weather": pgettext_lazy("what a model works on", "weather"),
    "3d": pgettext_lazy("what a model works on", "3D"),
    "medicine": pgettext_lazy("what a model works on", "medicine"),
    "tabular": pgettext_lazy("what a model works on", "tabular"),
    "materials": pgettext_lazy("what a model works on", "materials"),
}


def modalities(text: str) -> str:
    """What a release works on, from the words of `Project.modality`."""
    return listed(of(MODALITIES, word) for word in text.split())
