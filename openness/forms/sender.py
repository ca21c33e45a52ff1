"""What every form that anybody may send has: who sends, and traps for programs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

QUICKEST = timedelta(seconds=1)
"""Nobody reads, fills in and sends a form in less; programs do."""
SENDER = ("email", "anyway", "website", "begun")
"""Fields of a form that are not what it says."""


class SenderForm(forms.Form):
    """What every form that anybody may send has: an e-mail address if one likes, and two traps."""

    filled: Mapping[str, str] = {}
    """{field: who filled it in}, where that was no person; for the page."""

    email = forms.EmailField(required=False, max_length=254, label=gettext_lazy("E-mail"))
    website = forms.CharField(required=False)  # a trap: people do not see it, programs fill it in
    begun = forms.CharField(required=False, max_length=200)  # when the form was opened, signed

    def __init__(self, *args: Any, by_program: bool = False, **options: Any) -> None:
        """`by_program`: it comes by the API, with a token; nobody has opened a form."""
        self.by_program = by_program
        super().__init__(*args, **options)
        self.fields["email"].error_messages["invalid"] = _(
            "This is not an e-mail address. An example: ana@example.org."
        )

    def clean(self) -> dict[str, Any]:
        """Refuses what a program has filled in or sent at once."""
        cleaned = super().clean() or self.cleaned_data
        if self.by_program:
            return cleaned
        if cleaned.get("website"):
            raise ValidationError(_("This looks as if a program had filled it in."))
        try:
            _signer().unsign(cleaned.get("begun", ""), max_age=QUICKEST)
        except SignatureExpired:
            return cleaned  # It was opened long enough ago.
        except BadSignature:
            raise ValidationError(
                _("This form was not opened on this site. Look it over and send it again.")
            ) from None
        raise ValidationError(_("That was quick. Look it over and send it again."))

    @cached_property
    def stamp(self) -> str:
        """When the form was opened, signed: as it came back, or now."""
        given = self.data.get("begun", "") if self.is_bound else ""
        try:
            _signer().unsign(given)
        except BadSignature:
            return _signer().sign(secrets.token_urlsafe(9))
        return str(given)

    @property
    def first_wrong(self) -> str:
        """The name of the first field with an error, where the page puts the focus."""
        return next((name for name in self.fields if name in self.errors), "")


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="openness.forms")
