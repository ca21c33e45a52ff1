"""Rows for tests: a test names only what matters to it."""

import time
from typing import Any

import factory
from django.core.signing import TimestampSigner, b62_encode
from django.utils import timezone

from openness.models import Evidence, Organization, Project, Quantity, Revision, Submission
from openness.services.assess import assess
from openness.services.hold import Statements, hold
from scoring.facts import Access, Claim, Span, Stage, State, Trust


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Institute {n}")
    slug = factory.Sequence(lambda n: f"institute-{n}")


class ProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Project

    name = factory.Sequence(lambda n: f"Model {n}")
    slug = factory.Sequence(lambda n: f"model-{n}")
    kind = "model"
    organization = factory.SubFactory(OrganizationFactory)


class RevisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Revision

    kind = "edit"


class SubmissionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Submission

    name = "Pelican 7B"
    organization = "Shore Institute"
    payload = factory.LazyAttribute(
        lambda row: {
            "name": row.name,
            "organization": row.organization,
            "kind": "model",
            "license": "Apache 2.0",
            "weights": "public",
            "api": "none",
            "parameters": 7_000_000_000,
            "weights_link": "https://huggingface.co/shore/pelican-7b",
        }
    )


def weights(access: str = "public", license_raw: str = "Apache-2.0", **fields: Any) -> Claim:
    """A claim about the released weights."""
    state = {"public": State.OPEN, "none": State.CLOSED}.get(access, State.PARTIAL)
    return Claim(
        component="weights_end",
        state=state,
        access=Span(Access(access), Access(access)),
        license_raw=license_raw,
        license_id=license_raw,
        license_source="component",
        stage=Stage.SINGLE,
        source=fields.pop("source", "vendor"),
        trust=Trust.VENDOR_PAGE,
        link=fields.pop("link", "https://example.org/weights"),
        **fields,
    )


def component(name: str, state: str = "open", **fields: Any) -> Claim:
    """A claim about any other component."""
    return Claim(
        component=name,
        state=State(state),
        source=fields.pop("source", "vendor"),
        link=fields.pop("link", f"https://example.org/{name}"),
        **fields,
    )


def project_with(*claims: Claim, parameters: float | None = None, **fields: Any) -> Project:
    """A project that holds these claims, scored."""
    project = ProjectFactory(**fields)
    hold(
        [Statements(project_id=project.pk, claims=claims, source="vendor")],
        revision=RevisionFactory(),
    )
    if parameters is not None:
        Quantity.objects.create(
            project=project, name="parameters", low=parameters, high=parameters, source="vendor"
        )
    assess(projects=[project.pk])
    return project


def evidence_of(project: Project) -> dict[str, Evidence]:
    """{component: the row in force}."""
    return {row.component: row for row in project.evidence.in_force()}


class _Earlier(TimestampSigner):
    """Signs as if it were some seconds ago."""

    ago = 0

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - self.ago)


def begun(ago: int = 60) -> str:
    """What a form carries that was opened so many seconds ago."""
    signer = _Earlier(salt="openness.forms")
    signer.ago = ago
    return signer.sign("opened")


def today() -> str:
    """Today as ISO text, in the site's time zone."""
    return timezone.localdate().isoformat()
