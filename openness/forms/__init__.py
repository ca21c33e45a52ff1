"""The forms by which anybody proposes, corrects or reports; what was typed is never lost."""

from openness.forms.fields import NoteField, is_draft
from openness.forms.proposal import LINKS, SubmissionForm
from openness.forms.receiver import ReceiverForm
from openness.forms.sender import SENDER, SenderForm
from openness.forms.statement import (
    ACCESSED,
    HOSTED,
    CorrectionForm,
    ReportForm,
    StatementForm,
)

__all__ = [
    "ACCESSED",
    "HOSTED",
    "LINKS",
    "SENDER",
    "CorrectionForm",
    "NoteField",
    "ReceiverForm",
    "ReportForm",
    "SenderForm",
    "StatementForm",
    "SubmissionForm",
    "is_draft",
]
