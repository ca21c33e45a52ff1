"""A project in the formats of others: valid there, and silent where nothing is known."""

import io
import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.core.cache import cache
from django.test import Client
from spdx_python_model import load_data

from openness.dossiers import Dossier
from openness.exports import cyclonedx
from openness.exports.formats import FORMATS, terms
from openness.exports.mot import mot_yaml
from openness.models import Identifier, Organization, Project
from scoring.facts import Claim, Kind, Quantity, Stage
from scoring.licenses import LICENSES, NONE_DECLARED
from scoring.reconcile import settle
from tests.factories import component, project_with, weights
from tests.sources.asked import read_all, read_one
from tests.views.shelf import heron_7b, shelf_of

CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_6)


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> None:
    cache.clear()


@pytest.fixture
def shelf() -> Project:
    """Heron and three others, a data set, a program, and one with strange names and terms."""
    heron = shelf_of(heron_7b())
    Identifier.objects.create(
        project=heron, source="hub", kind="model", reference="shore/heron-7b", state="ok"
    )
    project_with(component("training_data_base"), kind="dataset", slug="corpus", modality="text")
    project_with(
        component("source_code", license_raw="MIT", license_id="MIT"), kind="software", slug="tool"
    )
    project_with(
        weights("public", "Llama-3.1"),
        component("training_data_base", "closed"),
        name='Odd: "model" – 通义 & <b>',
        slug="odd",
        organization=None,
        modality="image text",
        derived_from=heron,
        summary="- not: a list",
    )
    project_with(
        weights("public", "none-declared"),
        component("evaluation_data", gate="by_request"),
        slug="undeclared",
    )
    project_with(weights("public", "some words of a maker"), kind="service", slug="raw")
    return heron


SLUGS = [
    *("heron-7b", "egret-7b", "stork-176b", "rumor", "corpus", "tool", "odd", "undeclared", "raw")
]


def told(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return json.loads(b"".join(response.streaming_content))


def text(client: Client, address: str) -> str:
    return b"".join(client.get(address).streaming_content).decode()


def spdx(client: Client, slug: str) -> dict[str, list[dict[str, Any]]]:
    """{type: elements} of the SPDX document of a project."""
    found: dict[str, list[dict[str, Any]]] = {}
    for element in told(client, f"/projects/{slug}.spdx.json")["@graph"]:
        found.setdefault(element["type"], []).append(element)
    return found


def test_every_project_is_a_valid_bom(client: Client, shelf: Project) -> None:
    for slug in SLUGS:
        response = client.get(f"/projects/{slug}.cdx.json")
        text = b"".join(response.streaming_content).decode()
        assert CYCLONEDX.validate_str(text) is None, slug
        assert response["Content-Type"] == "application/vnd.cyclonedx+json; version=1.6"


def test_the_validator_would_refuse_a_word_that_cyclonedx_does_not_know() -> None:
    text = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "openness": 1})
    assert CYCLONEDX.validate_str(text) is not None


def test_every_project_is_a_valid_spdx_document(client: Client, shelf: Project) -> None:
    for slug in SLUGS:
        said = told(client, f"/projects/{slug}.spdx.json")
        model, objects = load_data(said)
        [whole] = objects.foreach_type("SpdxDocument")
        assert [root.name for root in whole.rootElement] == [Project.objects.get(slug=slug).name]
        # Writing it again asks for every value that the model requires.
        model.JSONLDSerializer().write(objects, io.BytesIO())
        names = {one["spdxId"] for one in said["@graph"] if "spdxId" in one}
        named = {
            target
            for one in said["@graph"]
            for key in ("to", "from", "subject", "element", "createdBy", "suppliedBy")
            for target in ([one[key]] if isinstance(one.get(key), str) else one.get(key, []))
        }
        assert named <= names | {"expandedlicensing_NoneLicense"}, slug


def test_the_model_of_spdx_would_refuse_a_document_without_a_date(
    client: Client, shelf: Project
) -> None:
    said = told(client, "/projects/heron-7b.spdx.json")
    del said["@graph"][0]["created"]
    model, objects = load_data(said)
    with pytest.raises(ValueError, match="created"):
        model.JSONLDSerializer().write(objects, io.BytesIO())


def test_the_ai_profile_is_claimed_only_where_all_that_it_asks_for_is_known(
    client: Client, shelf: Project
) -> None:
    claimed = {
        slug: "ai" in spdx(client, slug)["SpdxDocument"][0]["profileConformance"]
        for slug in ("heron-7b", "rumor", "tool")
    }
    assert claimed == {"heron-7b": True, "rumor": False, "tool": False}


def test_nothing_unknown_is_stated(client: Client, shelf: Project) -> None:
    rumor = spdx(client, "rumor")
    assert "Relationship" not in rumor
    assert "dataset_DatasetPackage" not in rumor
    assert "noAssertion" not in json.dumps(rumor)
    [states] = rumor["Annotation"]
    assert set(json.loads(states["statement"])["components"].values()) == {"unknown"}
    part = told(client, "/projects/rumor.cdx.json")["metadata"]["component"]
    assert {"licenses", "data", "pedigree"}.isdisjoint(part)
    assert {p["value"] for p in part["properties"]} == {"unknown"}
    yaml_text = text(client, "/projects/rumor.mot.yml")
    assert yaml.safe_load(yaml_text)["release"]["components"] == []
    assert "closed" not in yaml_text.lower()


def test_a_license_is_told_as_far_as_it_is_known(client: Client, shelf: Project) -> None:
    def declared(slug: str) -> list[str]:
        return [
            target
            for one in spdx(client, slug).get("Relationship", [])
            if one["relationshipType"] == "hasDeclaredLicense"
            for target in one["to"]
        ]

    assert declared("rumor") == declared("raw") == []
    assert declared("undeclared") == ["expandedlicensing_NoneLicense"]
    [name] = declared("odd")
    [said] = [
        e for e in spdx(client, "odd")["simplelicensing_LicenseExpression"] if e["spdxId"] == name
    ]
    assert said["simplelicensing_licenseExpression"] == "LicenseRef-Openness-Llama-3.1"
    [entry] = said["simplelicensing_customIdToUri"]
    assert entry["value"].endswith("/licenses/Llama-3.1/")


@pytest.mark.parametrize(
    ("license_id", "expression"),
    [
        ("Apache-2.0", "Apache-2.0"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        (
            "Apache-2.0 AND (BigScience-RAIL-1.0 OR MIT)",
            "Apache-2.0 AND (LicenseRef-Openness-BigScience-RAIL-1.0 OR MIT)",
        ),
        ("OpenRAIL++-M", "LicenseRef-Openness-OpenRAIL---M"),
        ("some words of a maker", None),
        ("none-declared", None),
        ("", None),
    ],
)
def test_a_license_in_the_words_of_spdx(license_id: str, expression: str | None) -> None:
    found = terms(license_id)
    assert (found.expression if found else None) == expression


def test_every_license_of_our_table_is_an_expression_that_spdx_can_read() -> None:
    for key in {*LICENSES} - {NONE_DECLARED}:
        found = terms(key)
        assert found, key
        assert re.fullmatch(r"[A-Za-z0-9.+-]+", found.expression), key
        bom = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "metadata": {
                "component": {"type": "file", "name": key, "licenses": cyclonedx.licenses(key)}
            },
        }
        assert CYCLONEDX.validate_str(json.dumps(bom)) is None, key


def test_a_program_has_no_file_of_the_model_openness_tool(client: Client, shelf: Project) -> None:
    assert client.get("/projects/tool.mot.yml").status_code == 404
    assert set(told(client, "/projects/tool.json")["formats"]) == set(FORMATS) - {"mot.yml"}
    assert client.get("/projects/no-such.spdx.json").status_code == 404


def test_the_page_links_every_format(client: Client, shelf: Project) -> None:
    body = client.get("/projects/heron-7b/").content.decode()
    assert all(f'href="/projects/heron-7b.{form}"' in body for form in FORMATS)


def held_of(claims: Iterable[Claim], sizes: Iterable[Quantity] = (), **fields: Any) -> Dossier:
    """A model of which these claims are held, without a database."""
    facts = settle(list(claims), kind=Kind.MODEL, quantities=list(sizes), on=date(2026, 11, 24))
    nothing: dict[str, Any] = {
        **{name: {} for name in ("results", "scores")},
        **{name: [] for name in ("evidence", "quantities", "published", "changes", "identifiers")},
    }
    project = Project(kind="model", slug="a", **fields)
    return Dossier(project=project, listing=None, facts=facts, **nothing)


def test_every_file_of_the_tool_comes_back_with_the_same_statements(shared: Path) -> None:
    text = (shared / "data/mof/schema/mof_schema.json").read_text()
    schema = jsonschema.Draft202012Validator(json.loads(text))
    readings, _refused = read_all("mof", shared / "data/mof")
    for reading in readings:
        maker = Organization(name=reading.maker)
        held = held_of(reading.claims, reading.quantities, name=reading.name, organization=maker)
        written = mot_yaml(held, 1)
        schema.validate(yaml.load(written, Loader=yaml.CSafeLoader))
        again = read_one("mof", written)
        assert (again.name, again.maker) == (reading.name, reading.maker)
        assert [q.low for q in again.quantities] == [q.low for q in reading.quantities]

        def said(claims: Iterable[Claim]) -> dict[str, tuple[object, ...]]:
            return {
                claim.component: (claim.state, claim.access, claim.license_id or claim.license_raw)
                for claim in claims
            }

        assert said(again.claims) == said(reading.claims), reading.name


@pytest.mark.parametrize("state", ["partial", "closed", "unknown"])
def test_what_is_not_open_as_a_whole_is_not_listed_but_named(state: str) -> None:
    claims = [component("training_code", state), component("model_card")]
    written = mot_yaml(held_of(claims, name="A"), 1)
    assert [c["name"] for c in yaml.safe_load(written)["release"]["components"]] == ["Model card"]
    [line] = [line for line in written.splitlines() if line.startswith(f"# {state.capitalize()}:")]
    assert "training_code" in line


@pytest.mark.parametrize(
    ("stage", "end", "listed"),
    [
        (None, "", False),
        (None, "open", True),
        (None, "closed", False),
        ("single", "", True),
        ("base", "", True),
    ],
)
def test_data_are_listed_where_all_that_apply_are_open(
    stage: str | None, end: str, listed: bool
) -> None:
    claims = [component("training_data_base")]
    if end:
        claims.append(component("training_data_end", end))
    if stage:
        claims.append(component("weights_end", stage=Stage(stage)))
    found = yaml.safe_load(mot_yaml(held_of(claims, name="A"), 1))["release"]["components"]
    assert ("Datasets" in [entry["name"] for entry in found]) is listed


@pytest.mark.parametrize("name", ["yes", "1e3", "2024-01-01", "- a: b", "通义", 'a "b"'])
def test_strange_names_come_back(name: str) -> None:
    assert read_one("mof", mot_yaml(held_of([], name=name), 1)).name == name
