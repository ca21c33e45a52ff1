"""The pages of the methods: each lens says what it asks, how it decides, and how it was checked."""

import json
import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from openness.views.methods import CHECKED
from scoring.lenses import LENSES
from tests.scoring.conftest import ORACLES


def read(client: Client, key: str) -> str:
    answer = client.get(f"/methods/{key}/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()).replace("&#39;", "'"))


@pytest.mark.parametrize("key", LENSES)
def test_a_page_tells_all_that_the_file_of_its_lens_does(client: Client, key: str) -> None:
    lens, told = LENSES[key], read(client, key)
    method = lens.method
    for words in (lens.name, lens.question, *method["changes"], lens.citation):
        assert words.replace("&", "&amp;") in told
    for part in ("in_words", "example", "ignores", "differs"):
        assert method[part] in told


@pytest.mark.parametrize("key", LENSES)
def test_each_lens_shows_how_many_published_results_came_out_equal(
    client: Client, key: str
) -> None:
    counts = json.loads(ORACLES.read_text(encoding="utf-8"))[key]
    assert counts
    told = read(client, key)
    for what, count in counts.items():
        assert str(CHECKED[what]) % {"n": f"{count:,}"} in told


def test_the_weights_of_our_own_lens_are_shown(client: Client) -> None:
    told = read(client, "open-to-whom")
    for share in ("15 %", "20 %", "5 %", "40 %", "25 %", "10 %"):
        assert share in told


def test_a_lens_that_there_is_not_is_not_found(client: Client) -> None:
    assert client.get("/methods/no-such/").status_code == 404
