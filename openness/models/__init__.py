"""The tables, one idea a file, in the order in which a fact travels."""

from openness.models.evidence import (
    Edition,
    Evidence,
    Judgement,
    Observation,
    Snapshot,
    Subject,
)
from openness.models.organization import Organization
from openness.models.project import Identifier, Project, Quantity
from openness.models.record import Change, Revision
from openness.models.score import Listing, Profile, ProjectProfile, Score
from openness.models.submission import Submission

__all__ = [
    "Change",
    "Edition",
    "Evidence",
    "Identifier",
    "Judgement",
    "Listing",
    "Observation",
    "Organization",
    "Profile",
    "Project",
    "ProjectProfile",
    "Quantity",
    "Revision",
    "Score",
    "Snapshot",
    "Subject",
    "Submission",
]
