"""Fields of text that anybody may send: plain, visible, of bounded length."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from openness import words

# Control characters, those that turn the direction of what follows, and those that take no room: a
# name must look like what it is. Line feeds are kept where a text may have several lines.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060"
    "\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
MISSING = "missing"
"""The code of an error that says what is still to be filled in; a draft may lack it."""


def plain(text: str) -> None:
    """Raises ValidationError unless all of a text can be seen."""
    if UNSEEN.search(text):
        raise ValidationError(
            _("There are characters in it that cannot be seen. Type it instead of pasting it.")
        )


class PlainField(forms.CharField):
    """Plain text of one line."""

    default_validators = [plain]

    def to_python(self, value: Any) -> str:
        """The text in one line."""
        text = str(super().to_python(value) or "")
        return re.sub(r"[\t\r\n]+", " ", text)


class NoteField(forms.CharField):
    """Plain text of several lines; line ends are those of Unix."""

    default_validators = [plain]
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text with one sort of line end."""
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


def choices_of(table: words.Words, *, unknown_first: bool = False) -> list[tuple[str, Any]]:
    """Choices of a vocabulary; `unknown` leads where it is what one has before one has looked."""
    pairs = list(table.items())
    return sorted(pairs, key=lambda pair: pair[0] != "unknown") if unknown_first else pairs


class LinkField(forms.URLField):
    """A public web address; says what a wrong one lacks, with an example."""

    def __init__(self, *, example: str, **options: Any) -> None:
        self.example = example
        super().__init__(
            required=False, max_length=500, assume_scheme="https", validators=[plain], **options
        )
        self.widget.attrs["placeholder"] = example

    def clean(self, value: Any) -> str:
        """The address; raises ValidationError that names what is wrong."""
        try:
            address = str(super().clean(value))
        except ValidationError:
            raise ValidationError(
                _("This is not a web address. Paste the whole link, for example %(example)s.")
                % {"example": self.example}
            ) from None
        if address and not address.startswith(("https://", "http://")):
            raise ValidationError(
                _("Only addresses that begin with https:// or http:// can be checked.")
            )
        return address


def choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Let one choose among these words in a field."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
        field.error_messages["invalid_choice"] = _("Choose one of the list.")


def is_draft(form: forms.Form) -> bool:
    """Whether nothing is wrong with a form but what is still to be filled in."""
    return all(
        error.code in ("required", MISSING)
        for errors in form.errors.as_data().values()
        for error in errors
    )
