"""A local server that the genuine clients accept: the Hub, GitHub, arXiv and strangers' pages.

It plays recorded answers over real sockets on 127.0.0.1 and fails on command. `python -m
tests.fakehub --port N` runs it for a look.
"""

from tests.fakehub.server import Action, FakeHub

__all__ = ["Action", "FakeHub"]
