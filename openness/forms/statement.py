"""What one says of one component, or of a project as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openness import words
from openness.forms.fields import MISSING, LinkField, NoteField, PlainField, choices_of, choose
from openness.forms.sender import SenderForm
from scoring.components import COMPONENTS, ContentType

ACCESSED = ("weights_end", "weights_base", "weights_intermediate", "source_code")
"""Components of which one says how one comes by them."""
HOSTED = ("hosted_api", "hosted_ui")
_UNLICENSED = {ContentType.ACCESS, ContentType.LEGAL, ContentType.JUDGEMENT}


class StatementForm(forms.Form):
    """What one says of one component: state (or access, or offer), license, link, note.

    `answers` is what a Submission keeps of it.
    """

    filled: Mapping[str, str] = {}
    """{field: who filled it in}, where that was no person; for the page."""

    state = forms.ChoiceField(required=False, label=gettext_lazy("State"))
    access = forms.ChoiceField(required=False, label=gettext_lazy("How one comes by it"))
    hosting = forms.ChoiceField(required=False, label=gettext_lazy("What is offered"))
    partial_reason = forms.ChoiceField(required=False, label=gettext_lazy("If partial, why"))
    license = PlainField(max_length=200, required=False, label=gettext_lazy("Its license"))
    link = LinkField(
        label=gettext_lazy("Where one can see it"), example="https://example.org/where-it-says-so"
    )
    note = NoteField(max_length=1000, required=False, label=gettext_lazy("Note"))

    def __init__(self, component: str, *args: Any, **options: Any) -> None:
        self.component = component
        super().__init__(*args, **options)
        self.says = (
            "access" if component in ACCESSED else "hosting" if component in HOSTED else "state"
        )
        table = {"access": words.ACCESS, "hosting": words.HOSTING, "state": words.STATES}
        for name in {"access", "hosting", "state"} - {self.says}:
            del self.fields[name]
        choose(self, self.says, choices_of(table[self.says], unknown_first=True))
        if self.says == "state":
            choose(self, "partial_reason", [("", "–"), *choices_of(words.PARTIAL_REASONS)])
        else:
            del self.fields["partial_reason"]
        if COMPONENTS[component].content_type in _UNLICENSED:
            del self.fields["license"]

    def clean(self) -> dict[str, Any]:
        """What is known can be seen somewhere; only what is partial has a reason for it."""
        cleaned = super().clean() or self.cleaned_data
        known = cleaned.get(self.says) not in (None, "", "unknown")
        if known and not cleaned.get("link") and "link" not in self.errors:
            said = _("Say where one can see that, or where you looked.")
            self.add_error("link", ValidationError(said, code=MISSING))
        if cleaned.get("partial_reason") and cleaned.get("state") != "partial":
            self.add_error("partial_reason", _("Give this only for what is partial."))
        return cleaned

    @property
    def says_something(self) -> bool:
        """Whether anything sound was filled in, or is about to be shown as if it were."""
        if not self.is_bound:
            return any(value not in ("", "unknown") for value in self.initial.values())
        return bool(self.answers)

    @property
    def answers(self) -> dict[str, str]:
        """What was said, without blanks; empty if nothing was."""
        said = {
            name: str(value)
            for name, value in self.cleaned_data.items()
            if name in StatementForm.base_fields and value
        }
        return said if said.keys() - {self.says} or said.get(self.says) != "unknown" else {}


class CorrectionForm(StatementForm, SenderForm):
    """One statement of a project that is here."""


class ReportForm(SenderForm):
    """What is wrong with a project as a whole."""

    message = NoteField(
        max_length=2000, min_length=10, label=gettext_lazy("What is wrong, and how do you know?")
    )
    link = LinkField(
        label=gettext_lazy("Where one can see it"), example="https://example.org/where-it-says-so"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["message"].error_messages["required"] = _(
            "Say in a sentence or two what is wrong, for example that it is listed twice."
        )
