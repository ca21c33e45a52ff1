"""Projects are collected on several pages, compared, and taken out, by forms alone."""

import re

import pytest
from django.test import Client

from openness.models import Project
from tests.factories import project_with

ADDRESS = "/tray/"
ALL = "heron-7b egret-7b stork-176b rumor"


def held(client: Client) -> list[str]:
    """What the tray holds, as any page shows it."""
    html = client.get("/status/").content.decode()
    found = re.search(r'id="trayed" data-slugs="([^"]*)"', html)
    assert found
    return found[1].split()


def test_what_is_ticked_on_one_page_is_there_on_the_next(client: Client, shelf: Project) -> None:
    answer = client.post(
        ADDRESS, {"shown": ALL, "p": ["heron-7b", "rumor"], "next": "/rankings/?q=7b"}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/rankings/?q=7b")
    assert held(client) == ["heron-7b", "rumor"]
    html = client.get("/rankings/").content.decode()
    assert re.search(r'value="heron-7b" form="tray" autocomplete="off" checked', html)
    assert re.search(r'value="egret-7b" form="tray" autocomplete="off" aria-label', html)


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"shown": "stork-176b", "p": ["stork-176b"]}, ["heron-7b", "rumor", "stork-176b"]),
        ({"shown": "stork-176b"}, ["heron-7b", "rumor"]),
        ({"shown": "rumor egret-7b", "p": ["egret-7b"]}, ["heron-7b", "egret-7b"]),
        ({"shown": ALL, "p": ["heron-7b", "rumor"], "drop": "rumor"}, ["heron-7b"]),
        ({"shown": ALL, "p": ["heron-7b"], "clear": "1"}, []),
        ({"p": ["nobody", "x\x00", ""]}, ["heron-7b", "rumor"]),
    ],
    ids=["one more", "not ticked", "one for another", "taken out", "cleared", "nonsense"],
)
def test_boxes_of_other_pages_stay_as_they_were(
    client: Client, shelf: Project, sent: dict[str, object], left: list[str]
) -> None:
    client.post(ADDRESS, {"shown": ALL, "p": ["heron-7b", "rumor"]})
    client.post(ADDRESS, sent)
    assert held(client) == left


def test_the_tray_leads_to_its_comparison(client: Client, shelf: Project) -> None:
    answer = client.post(ADDRESS, {"shown": ALL, "p": ["heron-7b", "rumor"], "then": "compare"})
    assert answer["Location"] == "/compare/?p=heron-7b&p=rumor"
    # There it would say again what the page shows.
    assert 'id="tray"' not in client.get(answer["Location"]).content.decode()
    assert 'id="tray"' in client.get("/compare/?p=heron-7b&p=egret-7b").content.decode()


def test_the_seventh_finds_no_room_and_is_named(client: Client, shelf: Project) -> None:
    more = [project_with(slug=f"gull-{n}").slug for n in range(6)]
    answer = client.post(ADDRESS, {"p": [*more, "heron-7b"]}, headers={"HX-Request": "true"})
    assert "There is no room for Heron 7B." in answer.content.decode()
    assert held(client) == more


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_the_way_back_never_leads_to_another_host(client: Client, address: str) -> None:
    assert client.post(ADDRESS, {"next": address})["Location"] == "/rankings/"


def test_with_htmx_only_the_tray_is_renewed(client: Client, shelf: Project) -> None:
    sent = {"shown": ALL, "p": ["heron-7b"]}
    part = client.post(ADDRESS, sent, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "1 of 6 collected" in part
    answer = client.post(ADDRESS, sent | {"then": "compare"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/compare/?p=heron-7b"
    assert "Heron 7B" in client.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    assert client.get(ADDRESS)["Location"] == "/compare/"


def test_a_reader_who_collects_nothing_gets_no_cookie(client: Client, shelf: Project) -> None:
    for address in ("/", "/rankings/", "/projects/heron-7b/", "/compare/"):
        client.get(address)
    assert not client.cookies


@pytest.mark.parametrize("cookie", ["", "..", "nobody.heron-7b.heron-7b", "x" * 5000])
def test_a_cookie_that_somebody_made_up_harms_nobody(
    client: Client, shelf: Project, cookie: str
) -> None:
    client.cookies["tray"] = cookie
    assert held(client) == (["heron-7b"] if "heron" in cookie else [])


def test_shortcuts_can_be_turned_off_for_good(client: Client, shelf: Project) -> None:
    assert '<dialog class="keys"' in client.get("/").content.decode()
    client.get("/?keys=off")
    html = client.get("/rankings/").content.decode()
    assert "<dialog" not in html
    assert ' data-keys="off">' in html
    client.get("/?keys=on")
    assert "data-keys" not in client.get("/").content.decode()
