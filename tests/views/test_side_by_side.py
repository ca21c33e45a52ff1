"""The lenses side by side on the home page: the spread of each, and its word on one project."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from openness.charts import histogram
from openness.filters import Query
from openness.models import Project
from openness.views import side_by_side
from openness.views.side_by_side import counted


def test_each_lens_counts_what_it_judges_once(shelf: Project, judged: Project) -> None:
    gradient = counted(Query(lens="gradient"))
    assert len(gradient) == 6
    opening_up = counted(Query(lens="opening-up"))
    assert opening_up == [*[0] * 19, 1]  # 13.5 of 14, in the last of twenty parts
    # Rumor, of which nothing is known, has no rank and no bar.
    assert sum(counted(Query())) == 3


def test_the_fullest_bar_is_as_tall_as_the_picture_and_too_little_known_is_dotted() -> None:
    drawn = ElementTree.fromstring(histogram([10, 0, 5], undecided={2}, label="a spread"))  # noqa: S314  # our own
    bars = drawn.findall("rect")
    assert [bar.get("height") for bar in bars] == ["100%", "50%"]
    assert [bar.get("class") for bar in bars] == ["m-proven", "m-unknown"]


def test_the_home_page_shows_every_lens_over_the_same_projects(
    client: Client, shelf: Project, judged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "PROJECTS", ("heron-7b", "stork-176b"))
    html = client.get("/").content.decode()
    table = re.search(r'<table class="sides">.*?</table>', html, flags=re.DOTALL)
    assert table
    assert table[0].count('class="histogram"') == 7
    assert re.findall(r'scope="col"><a class="plain" href="([^"]+)"', table[0]) == [
        "/projects/heron-7b/",
        "/projects/stork-176b/",
    ]
    assert "<b>13.5</b>" in table[0]
    assert "Not covered by this lens" in table[0]
