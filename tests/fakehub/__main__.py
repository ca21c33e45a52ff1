"""`python -m tests.fakehub --port 8500 [FOLDER]`: the fake hub with recorded models, to try out."""

import argparse
import threading
from pathlib import Path

from tests.fakehub import FakeHub, sites


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("recordings", nargs="*", type=Path, help="folders of recorded exchanges")
    given = parser.parse_args()
    with FakeHub(port=given.port) as hub:
        for folder in given.recordings:
            hub.load(folder)
        for name in ("OLMo-7B", "OLMo-7B-hf", "OLMo-7B-Instruct"):
            hub.models[f"allenai/{name}"] = hub.model(f"allenai/{name}", license="apache-2.0")
        # By these the site knows that a source is well.
        hub.models["openai-community/gpt2"] = hub.model("openai-community/gpt2", license="mit")
        hub.repositories["python/cpython"] = sites.repository("python/cpython")
        hub.papers["1706.03762"] = {}
        addresses = f"HUB_URL={hub.url} GITHUB_URL={hub.url}/gh ARXIV_URL={hub.url}/arxiv"
        print(addresses)  # noqa: T201 its output
        threading.Event().wait()


if __name__ == "__main__":
    main()
