"""The short form of a new release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openness import words
from openness.forms.fields import MISSING, LinkField, PlainField, choices_of, choose
from openness.forms.sender import SENDER, SenderForm

SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([kmbt])?(?:illion|rillion)?s?", re.IGNORECASE)
UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
PARAMETERS_MOST = 10**15
RELEASED = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
SHOWN_AT = (  # a field, the link at which its value can be seen, and the values that need one
    ("weights", "weights_link", {"public", "click_through", "by_request"}),
    ("api", "api_link", {"free_api", "paid_api", "ui_only", "restricted"}),
)
LINKS = ("weights_link", "code_link", "api_link", "paper_link", "homepage")


class SubmissionForm(SenderForm):
    """Name, organization, terms, access, size and links of one release.

    `payload` is what a Submission keeps of it.
    """

    name = PlainField(max_length=200, label=gettext_lazy("Name of the release"))
    organization = PlainField(max_length=200, label=gettext_lazy("Organization"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), initial="model")
    license = PlainField(max_length=200, required=False, label=gettext_lazy("License"))
    weights = forms.ChoiceField(
        required=False, label=gettext_lazy("Weights (software: source)"), initial="unknown"
    )
    api = forms.ChoiceField(required=False, label=gettext_lazy("API"), initial="unknown")
    parameters = PlainField(max_length=40, required=False, label=gettext_lazy("Parameters"))
    released = PlainField(max_length=10, required=False, label=gettext_lazy("Released"))
    weights_link = LinkField(
        label=gettext_lazy("Where the weights are"),
        example="https://huggingface.co/allenai/OLMo-7B",
    )
    code_link = LinkField(
        label=gettext_lazy("Where the code is"), example="https://github.com/allenai/OLMo"
    )
    api_link = LinkField(
        label=gettext_lazy("Where the API is offered"), example="https://example.org/pricing"
    )
    paper_link = LinkField(
        label=gettext_lazy("Paper or technical report"), example="https://arxiv.org/abs/2402.00838"
    )
    homepage = LinkField(label=gettext_lazy("Home page"), example="https://example.org/model")
    anyway = forms.BooleanField(
        required=False, label=gettext_lazy("It is none of these. Send it anyway.")
    )

    field_order = ("name", "organization", "kind", "released", "license", "weights", "api")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = {key: word for key, word in words.KINDS.items() if key != "organization"}
        choose(self, "kind", choices_of(kinds))
        choose(self, "weights", choices_of(words.ACCESS, unknown_first=True))
        choose(self, "api", choices_of(words.HOSTING, unknown_first=True))
        self.fields["name"].error_messages["required"] = _(
            "Give the name of the release, for example OLMo 7B."
        )
        self.fields["organization"].error_messages["required"] = _(
            "Say who releases it, for example Ai2. A single person counts too."
        )

    def clean_parameters(self) -> int | None:
        """A whole number from `7B`, `350 M`, `7,000,000,000`."""
        typed = self.cleaned_data["parameters"].strip().replace(",", "").replace("_", "")
        if not typed:
            return None
        found = SIZE.fullmatch(typed)
        number = round(float(found[1]) * UNITS[(found[2] or "").lower()]) if found else 0
        if not 1 <= number <= PARAMETERS_MOST:
            raise ValidationError(
                _("Write a number, for example 7B, 350M or 7000000000."), code="parameters"
            )
        return number

    def clean_released(self) -> str:
        """YYYY, YYYY-MM or YYYY-MM-DD."""
        typed: str = self.cleaned_data["released"].strip()
        if typed and not RELEASED.fullmatch(typed):
            raise ValidationError(_("Write a date as 2024, 2024-02 or 2024-02-01."))
        return typed

    def clean(self) -> dict[str, Any]:
        """At least one link, so that a reviewer has something to read."""
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in LINKS) and not self.errors.keys() & set(LINKS):
            said = _("Give at least one link, so that somebody can check what you say.")
            self.add_error("homepage", ValidationError(said, code=MISSING))
        for name, link, given in SHOWN_AT:
            seen = cleaned.get(link) or cleaned.get("homepage")
            if (
                cleaned.get(name) in given
                and not seen
                and not self.errors.keys() & {link, "homepage"}
            ):
                said = _("Say where one can see that; a home page will do.")
                self.add_error(link, ValidationError(said, code=MISSING))
        return cleaned

    @property
    def payload(self) -> dict[str, str | int | None]:
        """What is kept of the form."""
        return {name: value for name, value in self.cleaned_data.items() if name not in SENDER}

    def links(self) -> Iterator[str]:
        """The addresses that were given."""
        return (link for name in LINKS if (link := self.cleaned_data.get(name)))
