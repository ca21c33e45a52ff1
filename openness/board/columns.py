"""What the board holds: one array a column over all list rows by name, and over all profiles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from openness.board.copying import copied
from openness.filters import COMPONENT_KEYS
from openness.models.score import ACTORS, LICENSE_CLASSES
from scoring.facts import Access, Hosting, Kind

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Codes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WORDS = {
    "kind": tuple(map(str, Kind)),
    "license_class": LICENSE_CLASSES,
    "weights": tuple(map(str, Access)),
    "api": tuple(map(str, Hosting)),
    "runs_on": ("", *ACTORS),
}
"""Conditions that a profile decides, and their words in the order of their codes."""

FLOORS = ("partial", "open")
"""States from which a floor on a component can ask, by code; 0 is anything less."""

MANY = 1000
"""Profiles from which on all are read at once."""

_AT_ONCE = 50_000  # rows


@dataclass(slots=True)
class Rows:
    """One array a column, a row a project, in the order of name and slug."""

    project: Ints
    profile: Small  # place among the profiles
    organization: Small  # id; 0: none
    license: Small  # place among the licenses
    parameters: Ints  # -1: unknown
    sourced: Codes
    statements: Codes
    updated: Ints  # microseconds since 1970
    name: Ints  # a hash
    slug: Small  # a hash

    def __len__(self) -> int:
        return len(self.project)


_COLUMNS: dict[str, tuple[str, type[np.generic]]] = {
    "project": ("l.project_id", np.int64),
    "profile": ("l.profile_id", np.int64),
    "organization": ("coalesce(p.organization_id, 0)", np.int32),
    "license": ("hashtextextended(l.license, 0)", np.int64),
    "parameters": ("coalesce(l.parameters, -1)", np.int64),
    "sourced": ("l.sourced", np.uint8),
    "statements": ("l.statements", np.uint8),
    "updated": ("(extract(epoch FROM l.updated_at) * 1000000)", np.int64),
    "name": ("hashtextextended(p.name, 0)", np.int64),
    "slug": ("hashtext(p.slug)", np.int32),
}
_FROM = "openness_listing l JOIN openness_project p ON p.id = l.project_id"
_SCOPE = "(%(projects)s::bigint[] IS NULL OR l.project_id = ANY(%(projects)s::bigint[]))"


def fetch(projects: Sequence[int] | None = None) -> dict[str, NDArray[Any]]:
    """{column of `Rows`: its values} of the list rows of these projects (None: all), by name.

    `profile` and `license` are as the database has them: an id, and a hash of the text.
    """
    columns = ", ".join(f"({text})::int8" for text, _type in _COLUMNS.values())
    return copied(
        f"SELECT {columns} FROM {_FROM} WHERE {_SCOPE} ORDER BY p.name, p.slug",  # noqa: S608 our own text
        {"projects": _listed(projects)},
        {name: type_ for name, (_text, type_) in _COLUMNS.items()},
    )


def _listed(projects: Sequence[int] | None) -> list[int] | None:
    return None if projects is None else list(projects)


@dataclass(slots=True)
class Licenses:
    """The licenses of list rows, each text once."""

    places: dict[int, int] = field(default_factory=dict)  # {hash of the text: place}
    ids: list[set[str]] = field(default_factory=list)  # by place

    def learn(self, projects: Sequence[int] | None = None) -> None:
        """Take in those of these projects (None: all)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT hashtextextended(license, 0), license_ids"  # noqa: S608 our own text
                f" FROM openness_listing l WHERE {_SCOPE}",
                {"projects": _listed(projects)},
            )
            for text, ids in cursor.fetchall():
                if text not in self.places:
                    self.places[text] = len(self.ids)
                    self.ids.append(set(ids))


@dataclass(slots=True)
class Profiles:
    """One array a column, a row a profile, in the order in which they came."""

    ids: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    codes: dict[str, Codes] = field(default_factory=dict)  # of WORDS
    floors: dict[str, Codes] = field(default_factory=dict)  # by component, of FLOORS
    places: dict[int, int] = field(default_factory=dict)  # {id: place}

    def __len__(self) -> int:
        return len(self.ids)

    def learn(self, ids: Ints) -> None:
        """Take in those of these profiles that are not here yet, all of them in use."""
        new = [key for key in np.unique(ids).tolist() if key not in self.places]
        held = _described(new) if new else {}
        self.places |= {key: len(self.ids) + n for n, key in enumerate(new)}
        self.ids = np.concatenate([self.ids, np.array(new, np.int64)])
        table = np.frombuffer(b"".join(map(held.__getitem__, new)), np.uint8)
        codes = iter(table.reshape(len(new), len(WORDS) + len(COMPONENT_KEYS)).T)
        for columns, names in ((self.codes, WORDS), (self.floors, COMPONENT_KEYS)):
            for name in names:
                columns[name] = np.concatenate([columns.get(name, table[:0]), next(codes)])


def _described(profiles: Sequence[int]) -> dict[int, bytes]:
    """{profile: its codes of WORDS, then those of its components}.

    Kind, class of license, access and offers are part of a profile, so each of its list rows has
    the same.
    """
    asked = "true" if len(profiles) > MANY else "l.profile_id = ANY(%(profiles)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.id, w.kind, w.license_class, w.weights, w.api, f.runs_on, f.states::text"  # noqa: S608 our own text
            " FROM (SELECT l.profile_id, min(p.kind) AS kind,"
            " min(l.license_class) AS license_class,"
            " min(l.weights_least) AS weights, min(l.api_least) AS api"
            f" FROM {_FROM} WHERE {asked} GROUP BY l.profile_id) w"
            " JOIN openness_profile f ON f.id = w.profile_id",
            {"profiles": list(profiles)},
        )
        # At once, for the states of a hundred thousand profiles are many objects.
        return {key: _codes(words, json.loads(states)) for key, *words, states in cursor}


def _codes(words: Sequence[str], states: Mapping[str, str]) -> bytes:
    found = (states.get(component) for component in COMPONENT_KEYS)
    floors = (FLOORS.index(state) + 1 if state in FLOORS else 0 for state in found)
    ways = zip(WORDS.values(), words, strict=True)
    return bytes((*(known.index(word) for known, word in ways), *floors))


def places(found: NDArray[Any], known: dict[int, int]) -> Small:
    """The place of each of these keys, all of which are known."""
    made = np.empty(len(found), np.int32)
    for start in range(0, len(found), _AT_ONCE):  # sorting all at once takes five times the column
        part = slice(start, start + _AT_ONCE)
        keys, where = np.unique(found[part], return_inverse=True)
        made[part] = np.array([known[key] for key in keys.tolist()], np.int32)[where]
    return made


def rows_of(found: dict[str, NDArray[Any]], profiles: Profiles, licenses: Licenses) -> Rows:
    """What was fetched, with places instead of keys."""
    found["profile"] = places(found["profile"], profiles.places)
    found["license"] = places(found["license"], licenses.places)
    return Rows(**{column.name: found[column.name] for column in fields(Rows)})
