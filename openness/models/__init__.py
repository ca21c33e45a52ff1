"""The tables, one idea a file, in the order in which a fact travels."""

from openness.models.evidence import Evidence
from openness.models.links import LinkCheck
from openness.models.lookup import Lookup
from openness.models.organization import Organization
from openness.models.period import MethodVersion, ProjectPeriod, PublishedPeriod
from openness.models.project import Identifier, Project, Quantity
from openness.models.published import Edition, Judgement, Subject
from openness.models.received import Observation, Snapshot
from openness.models.record import Change, Revision
from openness.models.refresh import Fetch, PendingScore, RefreshRun, SourceState
from openness.models.score import Listing, Profile, ProjectProfile, Score, Tally
from openness.models.submission import Review, Submission
from openness.models.watch import Watch
from openness.models.webhook import Delivery, Receiver

__all__ = [
    "Change",
    "Delivery",
    "Edition",
    "Evidence",
    "Fetch",
    "Identifier",
    "Judgement",
    "LinkCheck",
    "Listing",
    "Lookup",
    "MethodVersion",
    "Observation",
    "Organization",
    "PendingScore",
    "Profile",
    "Project",
    "ProjectPeriod",
    "ProjectProfile",
    "PublishedPeriod",
    "Quantity",
    "Receiver",
    "RefreshRun",
    "Review",
    "Revision",
    "Score",
    "Snapshot",
    "SourceState",
    "Subject",
    "Submission",
    "Tally",
    "Watch",
]
