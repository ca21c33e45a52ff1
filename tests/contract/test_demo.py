"""`python -m tests.fakehub`: something of each kind to look at, for whoever has no network."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def demo() -> Iterator[dict[str, str]]:
    """The addresses that the program names, by their variable."""
    command = [sys.executable, "-m", "tests.fakehub", "--port", "0"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield dict(re.findall(r"(\w+)=(\S+)", process.stdout.readline()))
        process.terminate()


def test_it_names_the_variables_of_every_source(demo):
    assert set(demo) == {"HUB_URL", "GITHUB_URL", "ARXIV_URL", "OPENROUTER_URL"}


@pytest.mark.parametrize(
    ("path", "status", "part"),
    [
        ("/api/models/allenai/OLMo-7B", 200, '"license":"apache-2.0"'),
        ("/api/models/openai-community/gpt2", 200, '"license":"mit"'),
        ("/api/models?author=allenai&limit=1", 200, "OLMo-7B"),
        ("/api/datasets/allenai/dolma", 200, '"gated":false'),
        ("/api/organizations/allenai/overview", 200, '"isVerified":true'),
        ("/api/users/shore/overview", 200, "Shore"),
        ("/allenai/OLMo-7B/resolve/main/README.md", 200, "README.md of allenai/OLMo-7B"),
        ("/gh/repos/allenai/OLMo", 200, '"full_name":"allenai/OLMo"'),
        ("/gh/repos/allenai/OLMo/license", 200, '"encoding":"base64"'),
        ("/gh/repos/allenai/OLMo/releases/latest", 200, '"tag_name":"v1.0"'),
        ("/gh/repos/allenai/OLMo/community/profile", 200, '"readme"'),
        ("/arxiv/api/query?id_list=2402.00838", 200, "2402.00838v2"),
        ("/openrouter/api/v1/models", 200, '"hugging_face_id":"allenai/OLMo-7B"'),
        ("/router/v1/models", 200, '"provider":"fast"'),
        ("/pypi/olmo/json", 200, '"license_expression":"Apache-2.0"'),
        ("/pypi/nothing/json", 404, "Not Found"),
        ("/pages/ok", 200, "A page"),
        ("/pages/hop/2", 301, ""),
        ("/pages/410", 410, "Gone"),
        ("/pages/nothing", 404, "Not found"),
        ("/pages/soft-404", 200, "not found"),
        ("/pages/metadata", 302, ""),
    ],
)
def test_it_has_something_of_each_kind(demo, path, status, part):
    line = HTTPConnection(urlsplit(demo["HUB_URL"]).netloc)
    line.request("GET", path)
    with line.getresponse() as answer:
        body = answer.read().decode()
        assert answer.status == status
        assert part in body
        if answer.headers["Content-Type"] == "application/json; charset=utf-8":
            json.loads(body)
    line.close()
