"""The forms of what the API gives and takes, from which its schema is made."""

from openness.api.shapes.readings import Comparison, Disagreement, Plot, Raises
from openness.api.shapes.rows import (
    ChangeRow,
    EvidenceRow,
    Lens,
    LicenseRow,
    OrganizationRow,
    Project,
    Row,
    ScoreRow,
    TrailRow,
    page_of,
)
from openness.api.shapes.sent import POSTED_FACTS, Proposal, Submission, Verdicts
from openness.api.shapes.status import Status
from openness.api.shapes.webhooks import (
    MadeReceiver,
    NewReceiver,
    OneReceiver,
    Receiver,
    ReceiverState,
)

__all__ = [
    "POSTED_FACTS",
    "ChangeRow",
    "Comparison",
    "Disagreement",
    "EvidenceRow",
    "Lens",
    "LicenseRow",
    "MadeReceiver",
    "NewReceiver",
    "OneReceiver",
    "OrganizationRow",
    "Plot",
    "Project",
    "Proposal",
    "Raises",
    "Receiver",
    "ReceiverState",
    "Row",
    "ScoreRow",
    "Status",
    "Submission",
    "TrailRow",
    "Verdicts",
    "page_of",
]
