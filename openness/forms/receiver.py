"""Who is to be told of which changes: an address, and a query string of the feeds."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openness.forms.fields import PlainField, plain
from openness.history import asked
from openness.sources.http import Guard

NOT_LASTING = ("as_of", "since")
"""Parameters of a feed that say from when, which a receiver has no use for."""


class ReceiverForm(forms.Form):
    """An address and the changes that it is told of."""

    filled: Mapping[str, str] = {}
    """Fields that somebody else has filled in, as forms of senders have them."""

    url = forms.CharField(
        max_length=500, label=gettext_lazy("Address of your receiver"), validators=[plain]
    )
    asked = PlainField(max_length=1000, required=False, label=gettext_lazy("Which changes"))

    def clean_url(self) -> str:
        """One that can be visited from here, as far as its form tells."""
        url = str(self.cleaned_data["url"]).strip()
        if not Guard().may_visit(url):
            raise ValidationError(
                _("Give an address on the web with http:// or https://, without a port or a name.")
            )
        return url

    def clean_asked(self) -> str:
        """The conditions in the order of their names, all of them understood."""
        text = str(self.cleaned_data["asked"]).strip()
        # Whoever copies the address of a feed or a page means what stands behind its mark.
        params = QueryDict(text.rpartition("?")[2], mutable=True)
        for name in [name for name in params if not str(params[name]).strip()]:
            del params[name]
        wrong = [
            f"{name}: {_('it has no place here')}" for name in NOT_LASTING if params.pop(name, None)
        ]
        _found, ignored = asked(params)
        wrong += [f"{one.name}={one.value}: {one.reason}" for one in ignored]
        if text and not params and not wrong:
            wrong.append(_("write it as in an address: organization=ai2"))
        if wrong:
            raise ValidationError("; ".join(wrong))
        return "&".join(sorted(params.urlencode().split("&"))) if params else ""
