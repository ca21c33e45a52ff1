"""`python -m tests.fakehub --port 8500 [FOLDER]`: the fake hub with something of each kind.

FOLDER holds recordings: `hf_api_recorded*`, `github_api_recorded`, `openrouter_models_*.json`.
Without it there are small hand-written bodies.
"""

import argparse
import json
import threading
from pathlib import Path

from tests.fakehub import FakeHub, hub, others, sites


def fill(fake: FakeHub, folder: Path | None = None) -> None:
    """Something of every kind to look at, with what was recorded in a folder."""
    for name in ("OLMo-7B", "OLMo-7B-hf", "OLMo-7B-Instruct"):
        fake.models[f"allenai/{name}"] = sites.model(f"allenai/{name}", license="apache-2.0")
    offers = {"fast": {"status": "live", "task": "text-generation", "providerId": "olmo"}}
    fake.models["allenai/OLMo-7B"]["inferenceProviderMapping"] = offers
    fake.datasets["allenai/dolma"] = sites.dataset("allenai/dolma")
    fake.organizations["allenai"] = hub.organization("allenai", isVerified=True)
    fake.users["shore"] = {"user": "shore", "fullname": "Shore", "type": "user"}
    fake.repositories["allenai/OLMo"] = sites.repository("allenai/OLMo")
    fake.papers["2402.00838"] = {}
    fake.offers = [others.offer("allenai/OLMo-7B")]
    fake.packages["olmo"] = {"version": "1.0", "license_expression": "Apache-2.0"}
    if folder:
        for recorded in sorted(folder.glob("hf_api_recorded*")):
            fake.load(recorded)
        sites.load_github(fake, folder / "github_api_recorded")
        for listing in sorted(folder.glob("openrouter_models_*.json")):
            fake.offers = json.loads(listing.read_text())["data"]


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("recordings", nargs="?", type=Path, help="a folder of recordings")
    given = parser.parse_args()
    with FakeHub(port=given.port) as fake:
        fill(sites.with_canaries(fake), given.recordings)
        addresses = {"HUB": "", "GITHUB": "/gh", "ARXIV": "/arxiv", "OPENROUTER": "/openrouter"}
        variables = [f"{name}_URL={fake.url}{path}" for name, path in addresses.items()]
        print(*variables, flush=True)  # noqa: T201 its output
        print(f"Pages: {fake.url}/pages/ok", flush=True)  # noqa: T201 as above
        threading.Event().wait()


if __name__ == "__main__":
    main()
