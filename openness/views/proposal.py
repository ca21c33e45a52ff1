"""The form of a new release: the short one, and one statement of each further component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from openness.effects import described, effects, raises
from openness.forms import SENDER, StatementForm, SubmissionForm, is_draft
from openness.services import prefill
from openness.services.statements import claims_of, size_of
from openness.views import effects as panel
from scoring.components import COMPONENTS

ASKED_ABOVE = ("weights_end", "source_code", "hosted_api", "hosted_ui")
"""Components of which the short form asks."""


@dataclass
class Proposal:
    """The forms of one proposal, and who filled in which field where it was no person."""

    form: SubmissionForm
    statements: dict[str, StatementForm] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any] | None, initial: Mapping[str, str]) -> Proposal:
        """The form as it was sent; with `initial` ({field: value}) where nothing was."""
        parts: dict[str, dict[str, str]] = {}
        for name, value in initial.items():
            component, _dash, own = name.rpartition("-")
            parts.setdefault(component, {})[own] = value
        return cls(
            SubmissionForm(data, initial=parts.get("", {})),
            {
                key: StatementForm(key, data, prefix=key, initial=parts.get(key, {}))
                for key in COMPONENTS
                if key not in ASKED_ABOVE
            },
        )

    @property
    def forms(self) -> list[SubmissionForm | StatementForm]:
        """All of them, in the order of display."""
        return [self.form, *self.statements.values()]

    @property
    def typed(self) -> dict[str, str]:
        """{field: what stands in it}, as it was sent or is about to be shown."""
        return {
            bound.html_name: str(bound.value() if bound.value() is not None else "")
            for form in self.forms
            for bound in form
            if bound.name not in SENDER
        }

    @property
    def wrong(self) -> int:
        """How many fields of the further components are to be mended."""
        return sum(len(one.errors) for one in self.statements.values() if one.is_bound)

    def is_valid(self) -> bool:
        """Whether all of it can be sent; every part is looked at, so that all is said at once."""
        sound = [one.is_valid() for one in self.forms]
        return all(sound)

    @property
    def is_draft(self) -> bool:
        """Whether nothing is wrong with it but what is still to be filled in."""
        return all(is_draft(one) for one in self.forms)

    @property
    def payload(self) -> dict[str, Any]:
        """What is kept of it: after `is_valid`, of a preview or a draft only what is sound."""
        return {**self.form.payload, "components": self._answers()}

    def _answers(self) -> dict[str, dict[str, str]]:
        return {
            key: answers
            for key, one in self.statements.items()
            if is_draft(one) and (answers := one.answers)
        }

    def groups(self) -> dict[str, list[StatementForm]]:
        """{content type: its components}, in the order of the vocabulary."""
        found: dict[str, list[StatementForm]] = {}
        for key, one in self.statements.items():
            found.setdefault(str(COMPONENTS[key].content_type), []).append(one)
        return found

    def mark(self, told: Iterable[tuple[str, prefill.Fields]]) -> None:
        """Let each field say who filled it in, where it was one of these."""
        self.filled = prefill.filled(self.typed, told)
        for form in self.forms:
            form.filled = self.filled

    def preview(self) -> list[panel.Line]:
        """Every lens on what has been filled in so far, and what would raise it."""
        payload = self.payload
        kind = str(payload.get("kind") or "model")
        today = timezone.localdate()
        facts = described(kind, claims_of(payload, stated_on=today), size_of(payload, today))
        return panel.lines(effects(None, facts), raises(facts))
