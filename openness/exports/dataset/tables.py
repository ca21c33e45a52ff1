"""The tables of the open data set: what a row is, its columns, its keys and what it refers to.

The first eight are what our catalogue ships, without the columns of the record; the others make a
copy of the site whole: how things came to be, and what came of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openness.exports.dataset.columns import (
    DAY,
    FLAG,
    ITEMS,
    MOMENT,
    NAMES,
    NUMBER,
    OBJECT,
    ROWS,
    WHOLE,
    Column,
    column,
    needed,
)
from openness.models.evidence import PARTIAL_REASONS
from openness.models.organization import KINDS as MAKERS
from openness.models.record import CHANGE_CLASSES, REVISION_KINDS
from openness.models.score import ACTORS, BASES, LICENSE_CLASSES
from scoring.components import COMPONENTS
from scoring.facts import QUANTITIES, Access, Hosting, Kind, Method, Right, Stage, State, Trust
from scoring.lenses import LENSES


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that name the row of a table (blank: the same one) by those columns of it."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. `key` names a row and is never blank; of `unique` a part may be.

    `told_by` is for tables that have neither: rows with equal ones are told by their order.
    """

    row: str
    columns: Sequence[Column]
    key: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns by which a row is told from the others."""
        return self.key or self.unique or self.told_by

    @property
    def shipped(self) -> list[Column]:
        """The columns of our shipped catalogue."""
        return [column for column in self.columns if not column.record]

    def schema(self) -> dict[str, Any]:
        """The table in the words of Table Schema."""
        return {
            "fields": [column.field() for column in self.columns],
            "missingValues": [""],
            **({"primaryKey": list(self.key)} if self.key else {}),
            **({"uniqueKeys": [list(self.unique)]} if self.unique else {}),
            "foreignKeys": [
                {
                    "fields": list(one.columns),
                    "reference": {"resource": one.table, "fields": list(one.to)},
                }
                for one in self.references
            ],
        }


def _to(table: str, *columns: str, to: tuple[str, ...] = ("slug",)) -> Reference:
    return Reference(columns, table, to)


_RELEASED = r"\d{4}(-\d{2}(-\d{2})?)?"
_OF_PROJECT = _to("projects", "project")
_OF_SUBJECT = _to("subjects", "index", "subject", to=("index", "key"))
_OF_EDITION = _to("editions", "index", "edition", to=("index", "key"))
_PERIOD = (
    needed("since", "revision from which on it stood so", WHOLE, path="since_id", record=True),
    column("until", "revision in which that ended; blank: it stands", WHOLE, path="until_id"),
)
_OF_PERIOD = tuple(_to("revisions", name, to=("id",)) for name in ("since", "until"))
_TRUST = (
    "1 price catalogue, 2 third party, 3 vendor's page, 4 vendor's API, 5 license text, 6 reviewed"
)
_LEAST_MOST = {
    "weights": ("of the weights, of software the source", Access),
    "api": ("of hosted offers", Hosting),
}

CLAIM = (
    needed("component", "of what", words=COMPONENTS),
    needed("state", "how open it is", words=State),
    column("state_most", "the most open reading, where the source leaves it open", words=State),
    column("partial_reason", "why it is only partial", words=PARTIAL_REASONS),
    column("gate", "what stands before it", words=("none", "click_through", "by_request")),
    column("listed", "what the Model Openness Tool reads", words=("yes", "no", "not_recorded")),
    column("access_least", "how one comes by weights or source, at the least", words=Access),
    column("access_most", "the same, at the most", words=Access),
    column("hosting_least", "the best hosted offer, at the least", words=Hosting),
    column("hosting_most", "the same, at the most", words=Hosting),
    column("license_raw", "verbatim"),
    column("license_id", "as an SPDX expression or an id of ours; blank if it is neither"),
    column("license_source", "component, type, distribution, none"),
    column("right_use", "only where it differs from the license's", words=Right),
    column("right_modify", "as before", words=Right),
    column("right_share", "as before", words=Right),
    column("stage", "of the training", words=Stage),
    column("merged", "whether the value came from a cell that covers several parts", FLAG),
    column("publication", "report, preprint, peer_reviewed"),
    column("covers", "of data, base, tuning"),
    column("completeness", "how complete it is", words=("full", "partial", "not_judged")),
    column("origin", "whose it is", words=("own", "third_party")),
    column("price", "free, paid"),
    column("audience", "anyone, waitlist, region, customers"),
    needed("source", "key of the source"),
    needed("trust", _TRUST, WHOLE, bounds=(1, 6)),
    column("link", "the primary material"),
    column("record", "the source's own record"),
    column("note", "ours"),
    column("stated_on", "the source's date", DAY),
    column("expires_at", "when it stops to count", DAY),
    needed("method", "how it came to us", words=Method),
    needed("confidence", "1 to 5", WHOLE, bounds=(1, 5)),
)

CATALOGUE: Mapping[str, Table] = {
    "organizations": Table(
        row="a maker of projects",
        key=("slug",),
        columns=(
            needed("slug", "the key"),
            needed("name", "as we call it"),
            needed("kind", "what it is", words=MAKERS),
            column("country", "as the source names it"),
            column("homepage", "address"),
            column("hub_name", "name on the Hugging Face Hub"),
            column("aliases", "every other name under which sources speak of it", NAMES),
            column("source", "key of the source of kind and country"),
        ),
    ),
    "projects": Table(
        row="one release: a checkpoint, a data set, a piece of software, a service",
        key=("slug",),
        references=(
            _to("organizations", "organization"),
            _to("", "derived_from"),
        ),
        columns=(
            needed("slug", "the key"),
            needed("name", "as its maker writes it"),
            column("organization", "slug of the maker", path="organization__slug"),
            needed("kind", "what it is", words=Kind),
            column("family", "a word that releases share"),
            column("is_largest", "whether it is the largest of its family", FLAG),
            column(
                "derived_from", "slug of the release it was made from", path="derived_from__slug"
            ),
            column("derived_from_name", "that release as a source names it, if it has no row"),
            column("modality", "text, code, image, audio, video ..., separated by spaces"),
            column(
                "released", "YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known", pattern=_RELEASED
            ),
            column("homepage", "address"),
            column("summary", "one sentence of ours"),
        ),
    ),
    "identifiers": Table(
        row="an exact address of a project at a source",
        key=("source", "kind", "reference"),
        references=(_OF_PROJECT,),
        columns=(
            needed("project", "slug", path="project__slug"),
            needed("source", "hub, github, arxiv, pypi, doi"),
            needed("kind", "model, dataset, repository, paper, package"),
            needed("reference", "the address at the source; it can be given to another"),
            column("immutable_id", "the source's own unchanging id, where it was seen"),
        ),
    ),
    "quantities": Table(
        row="a size of a project as one source gives it",
        unique=("project", "name", "source", "detail"),
        references=(_OF_PROJECT,),
        columns=(
            needed("project", "slug", path="project__slug"),
            needed("name", "gpu_hours in hours, flop in FLOP, memory_gb in GB", words=QUANTITIES),
            needed("low", "the number, or the lower end of the range, in the base unit", NUMBER),
            needed("high", "the same number, or the upper end", NUMBER),
            column("detail", "gpu_hours: the accelerator"),
            needed("source", "key of the source"),
            column("trust", _TRUST, WHOLE, bounds=(1, 6), default=int(Trust.THIRD_PARTY)),
            column("link", "the primary material"),
            column("record", "the source's own record"),
            column("stated_on", "the source's date", DAY),
            column("note", "what a reader should know of it"),
        ),
    ),
    "editions": Table(
        row="one state of a publisher's index",
        key=("index", "key"),
        columns=(
            needed("index", "the publisher"),
            needed("key", "its state"),
            needed("title", "in words"),
            column("commit", "of the publisher's repository"),
            column("stated_on", "date of that state", DAY),
            column("url", "address of that state"),
            column("terms", "license of the publisher's data"),
            column("citation", "how the publisher wants to be cited"),
            column("dimensions", "the parameter set, in the publisher's order", ITEMS),
        ),
    ),
    "subjects": Table(
        row="what a publisher speaks of, and the row of ours it was matched to",
        key=("index", "key"),
        references=(_OF_PROJECT, _to("organizations", "organization")),
        columns=(
            needed("index", "the publisher"),
            needed("key", "the publisher's own key"),
            needed("name", "as the publisher writes it"),
            column("maker", "as the publisher writes it"),
            column("url", "as the publisher writes it"),
            column("project", "slug of the project it was matched to", path="project__slug"),
            column("organization", "or of the organization", path="organization__slug"),
            column(
                "feeds",
                "whether its judgements become evidence: not those of a family or another version",
                FLAG,
                default=True,
            ),
            column("matched_by", "who matched it"),
            column("matched_on", "when", DAY),
            column("match_note", "why, where it is not plain"),
        ),
    ),
    "judgements": Table(
        row="one cell of a publisher's table, without the publisher's sentences",
        key=("index", "edition", "subject", "position"),
        references=(_OF_EDITION, _OF_SUBJECT),
        columns=(
            needed("index", "of whom", path="edition__index"),
            needed("edition", "in which state", path="edition__key"),
            needed("subject", "of what", path="subject__key"),
            needed("position", "place in the publisher's order", WHOLE),
            column("dimension", "the publisher's word; blank: the header of the subject"),
            column("value", "verbatim; a sentence stays with its publisher"),
            column("links", "verbatim", ITEMS),
            column("note", "blank: a sentence stays with its publisher"),
            column("attributes", "whatever else the publisher's cell has", OBJECT),
        ),
    ),
    "evidence": Table(
        row="a statement about one component of one project, as one source makes it",
        key=("id",),
        references=(_OF_PROJECT, *_OF_PERIOD),
        columns=(
            needed("project", "slug", path="project__slug"),
            column(
                "subject",
                "the publisher's subject it was read from, whose index is `source`; blank: ours",
                path="subject__key",
            ),
            *CLAIM,
            column("author", "who stated it, if a person did"),
            needed("id", "number of the statement", WHOLE, record=True),
            needed(
                "since", "revision in which it was entered", WHOLE, path="since_id", record=True
            ),
            column(
                "until",
                "revision in which it was superseded; blank: it is in force",
                WHOLE,
                path="superseded_id",
                record=True,
            ),
        ),
    ),
}
"""The tables that our repository ships; `load_catalogue` merges them into any site."""

RECORD: Mapping[str, Table] = {
    "revisions": Table(
        row="one committed set of changes",
        key=("id",),
        columns=(
            needed("id", "the revision that pages, exports and citations name", WHOLE),
            needed("at", "when, UTC", MOMENT),
            needed("kind", "what made it", words=REVISION_KINDS),
            column("summary", "in words"),
        ),
    ),
    "changes": Table(
        row="one fact of one project that became another",
        key=("id",),
        references=(
            _OF_PROJECT,
            _to("revisions", "revision", to=("id",)),
            _to("evidence", "evidence", to=("id",)),
        ),
        columns=(
            needed("id", "number of the change", WHOLE),
            needed("revision", "in which it happened", WHOLE, path="revision_id"),
            needed("project", "slug", path="project__slug"),
            needed("field", "a component or the name of a field"),
            column("old", "what it was, in a line"),
            column("new", "what it became"),
            needed("change_class", "how it moved", words=CHANGE_CLASSES),
            column("source", "key of the source"),
            column("evidence", "number of the statement", WHOLE, path="evidence_id"),
        ),
    ),
    "profiles": Table(
        row="all that our readings of the methods depend on, once for the projects that share it",
        key=("digest",),
        columns=(
            needed("digest", "sha256 of the canonical form"),
            needed("canonical", "its canonical form"),
            column("states", "component: its least open state", OBJECT),
            column("runs_on", "the smallest machine that runs it", words=ACTORS),
            column(
                "scores",
                "lens, version, low, high, grade of each value it has",
                ROWS,
                path="results",
            ),
        ),
    ),
    "releases": Table(
        row="how a project stood from one revision to the next: names, terms, access, size",
        told_by=("project", "since"),
        references=(
            _OF_PROJECT,
            *_OF_PERIOD,
            _to("organizations", "organization"),
            _to("profiles", "profile", to=("digest",)),
        ),
        columns=(
            needed("project", "slug of today", path="project__slug"),
            *_PERIOD,
            needed("slug", "slug of then"),
            needed("name", "as in projects; so are the next ones"),
            column("organization", "slug", path="organization__slug"),
            column("organization_name", "as the organization was called then"),
            needed("kind", "what it is", words=Kind),
            column("family", "a word that releases share", path="details__family"),
            column("is_largest", "of its family", FLAG, path="details__is_largest"),
            column("derived_from", "slug of today", path="base"),
            column("derived_from_name", "as a source names it", path="details__derived_from_name"),
            column("modality", "words", path="details__modality"),
            column("released", "as far as it is known", path="details__released"),
            column("homepage", "address", path="details__homepage"),
            column("summary", "one sentence of ours", path="details__summary"),
            column("license", "of the weights, of software the source: the statement that counts"),
            column("license_ids", "each license in it", ITEMS),
            needed("license_class", "the strictest of its rights", words=LICENSE_CLASSES),
            *(
                needed(f"{name}_{end}", f"{what}, at the {end}", words=words)
                for name, (what, words) in _LEAST_MOST.items()
                for end in ("least", "most")
            ),
            column("parameters", "total; blank if unknown or a range", WHOLE),
            needed("statements", "components with a known state", WHOLE),
            needed("sourced", "how many of them have a link", WHOLE),
            column("quantities", "its sizes, as in quantities", ROWS, path="details__quantities"),
            column("identifiers", "its addresses", ROWS, path="details__identifiers"),
            needed("profile", "digest of the profile", path="profile__digest"),
            needed("updated_at", "when that was worked out, UTC", MOMENT),
        ),
    ),
    "published": Table(
        row="what a publisher's subject came to in an edition, from one revision to the next",
        told_by=("index", "edition", "subject", "since"),
        references=(_OF_EDITION, _OF_SUBJECT, _OF_PROJECT, *_OF_PERIOD),
        columns=(
            needed("index", "of whom", path="edition__index"),
            needed("edition", "in which state", path="edition__key"),
            needed("subject", "of what", path="subject__key"),
            *_PERIOD,
            column("project", "slug of the project it was matched to", path="project__slug"),
            column("organization_name", "or of the organization, as it was called then"),
            column("low", "the publisher's value; blank where no method reads it", NUMBER),
            column("high", "the same", NUMBER),
            column("grade", "the publisher's word"),
        ),
    ),
    "lens_versions": Table(
        row="from which revision on a method was read by us in this version",
        key=("lens", "version"),
        references=(_to("revisions", "since", to=("id",)),),
        columns=(
            needed("lens", "key of the method", words=LENSES),
            needed("version", "of the method"),
            needed("since", "revision", WHOLE, path="since_id"),
        ),
    ),
}
"""What makes a copy whole: `load_catalogue` takes it over into a site that has none of its own."""

RESULTS: Mapping[str, Table] = {
    "scores": Table(
        row="the value of a project, or of a publisher's subject, by one method",
        unique=("lens", "basis", "version", "project", "index", "subject"),
        references=(_OF_PROJECT, _OF_SUBJECT),
        columns=(
            needed("lens", "key of the method", words=LENSES),
            needed("basis", "the publisher's own result, or our reading", words=BASES),
            needed("version", "published: the edition; derived: the version of the method"),
            column("project", "slug; published: the project it was matched to, if any"),
            column("index", "published: the publisher"),
            column("subject", "published: its subject"),
            column("low", "what is proven; published: the value", NUMBER),
            column("high", "what is possible; published: the value again", NUMBER),
            column("grade", "a word beside or instead of the number"),
            column("rank", "over the whole lens, basis and version; equal values share it", WHOLE),
        ),
    ),
    "licenses": Table(
        row="a license and what it permits",
        key=("id",),
        columns=(
            needed("id", "of SPDX, or ours where SPDX has none"),
            needed("name", "in full"),
            needed("spdx", "whether the id is one of SPDX", FLAG),
            column("family", "its kind"),
            needed("license_class", "the strictest of its rights", words=LICENSE_CLASSES),
            needed("use", "what it says of use", words=Right),
            needed("modify", "of modification", words=Right),
            needed("share", "of sharing", words=Right),
            column("osi", "whether the Open Source Initiative approved it", FLAG),
            column("fsf", "whether the Free Software Foundation calls it free", FLAG),
            column("share_alike", "whether what is derived is bound to it", FLAG),
            column("attribution", "what has to be named"),
            column("restrictions", "what it forbids"),
            column("threshold", "from which size on other terms hold"),
            column("steward", "whose it is"),
            column("source", "where its text is"),
        ),
    ),
    "sources": Table(
        row="whom we listened to, and under which terms",
        key=("key",),
        columns=(
            needed("key", "as `source` and `index` name it"),
            needed("title", "in words"),
            column("url", "address"),
            column("version", "of what was read: commit or date"),
            column("stated_on", "date of that version", DAY),
            needed("terms", "its license, or what holds without one"),
            column("attribution", "whom those name who pass it on"),
            column("taken", "what was taken from it"),
        ),
    ),
}
"""What follows from the other tables and from the code: read by people, not by `load_catalogue`."""

TABLES: Mapping[str, Table] = {**CATALOGUE, **RECORD, **RESULTS}
