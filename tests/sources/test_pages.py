"""What an answer says of a link, and what a robots.txt says to us."""

import pytest

from openness.sources.http import Answer
from openness.sources.pages import judge, may_ask, robots_of

PAGE = "https://shore.example/papers/heron"
HTML = {"content-type": "text/html; charset=utf-8"}


def page(title: str = "Heron", status: int = 200, *, url: str = PAGE, rest: int = 5000) -> Answer:
    body = f"<html><title>{title}</title>{'x' * rest}</html>".encode()
    return Answer(url, status, HTML, body)


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (page(), "ok"),
        (page(status=206), "ok"),
        (Answer(PAGE, 200, {"content-type": "application/pdf"}, b"%PDF not found 404"), "ok"),
        (page(url="http://www.shore.example/papers/Heron/"), "ok"),
        (page(url="https://shore.example/papers/heron-2"), "redirected"),
        (page(url="https://coast.example/heron"), "redirected"),
        (page(status=404), "dead"),
        (page(status=410), "dead"),
        (Answer("http://10.0.0.1/", 0, error="refused"), "dead"),
        (page("404 - Page"), "soft_404"),
        (page("Page not found | Shore"), "soft_404"),
        (page("This page doesn't exist"), "soft_404"),
        (page("页面不存在"), "soft_404"),
        (page("Shore", url="https://shore.example/"), "soft_404"),
        (page(status=401), "blocked"),
        (page(status=403), "blocked"),
        (page(status=429), "blocked"),
        (page(status=451), "blocked"),
        (Answer(PAGE, 0, error="too_many_hops"), "blocked"),
        (page(status=500), "unreachable"),
        (page(status=503), "unreachable"),
        (Answer(PAGE, 0, error="timeout"), "unreachable"),
        (Answer(PAGE, 0, error="unreachable"), "unreachable"),
        (Answer(PAGE, 0, error="torn"), "unreachable"),
    ],
)
def test_an_answer_has_one_meaning_for_the_link(answer, finding):
    assert judge(PAGE, answer).finding == finding


@pytest.mark.parametrize(
    ("title", "rest", "finding"),
    [
        ("Heron", 100, "ok"),  # shorter, under its own title
        ("Heron, second edition", 4000, "ok"),  # renamed, of about its size
        ("This domain is for sale", 100, "soft_404"),  # neither
    ],
)
def test_a_small_page_under_another_title_is_another_page(title, rest, finding):
    assert judge(PAGE, page(title, rest=rest), title="Heron", size=5000).finding == finding


def test_a_title_is_kept_as_people_read_it():
    found = judge(PAGE, page("  Heron &amp;\n Pelican\0 "))
    assert found.title == "Heron & Pelican"


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /papers", False),
        ("User-agent: *\nDisallow: /*/heron$", False),
        ("User-agent: Openness\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: openness\nDisallow: /", False),
        ("<html>no rules at all</html>", True),
        ("\x00\xff: : :\nDisallow", True),
    ],
)
def test_a_site_is_not_asked_for_what_its_robots_txt_keeps_from_us(robots, allowed):
    assert may_ask(robots, PAGE) is allowed


@pytest.mark.parametrize(
    ("status", "rules"),
    [(200, "x"), (404, ""), (403, ""), (301, ""), (429, None), (500, None), (0, None)],
)
def test_no_robots_txt_allows_everything_and_one_in_trouble_nothing(status, rules):
    assert robots_of(Answer(PAGE, status, {}, b"x")) == rules
