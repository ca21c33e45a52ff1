"""The guide to the API is tested: every example of it works as it stands there."""

import re
import shlex

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from rest_framework.authtoken.models import Token

from openness.environment import PROJECT
from tests.factories import OrganizationFactory, component, project_with, weights

GUIDE = (PROJECT / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"^    (curl (?:.*\\\n|.*'\{\n(?:.*\n)*?.*\}'|.*)*)", GUIDE, re.MULTILINE)


def arguments(example: str) -> tuple[str, dict[str, str], str]:
    """(path, headers, body) of a curl command."""
    words = iter(shlex.split(example.replace("\\\n", " "))[1:])
    address, headers, body = "", {}, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif not word.startswith("-"):
            address = word.removeprefix("http://127.0.0.1:8000")
    return address, headers, body


def test_the_guide_has_examples() -> None:
    assert len(EXAMPLES) == 23


@pytest.mark.django_db
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_guide_works(client: Client, example: str) -> None:
    cache.clear()
    project_with(
        weights(),
        component("preprint"),
        slug="olmo-7b",
        organization=OrganizationFactory(slug="ai2"),
    )
    project_with(weights(), slug="llama-3-1-8b")
    address, headers, body = arguments(example)
    if "Authorization" in headers:
        token = Token.objects.create(user=User.objects.create(username="a"))
        headers["Authorization"] = headers["Authorization"].replace("YOUR-TOKEN", token.key)
    if not body:
        assert client.get(address, headers=headers).status_code == 200
        return
    content_type = headers.pop("Content-Type")
    answer = client.post(address, body, content_type=content_type, headers=headers)
    assert answer.status_code in (200, 201), answer.content
