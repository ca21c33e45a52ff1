"""The form by which anybody asks to be told of a project's changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from openness.forms.sender import SenderForm


class WatchForm(SenderForm):
    """An e-mail address, and the traps of every form."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].required = True
        self.fields["email"].error_messages["required"] = _("Where should the letters go?")
