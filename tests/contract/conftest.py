"""The fake hub as genuine clients meet it: over TLS for the Hub's, whose errors depend on it."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.fakehub import FakeHub, sites


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the certificate of the fake hub."""
    return trustme.CA()


@pytest.fixture
def secure_hub(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeHub]:
    """The fake hub over TLS, under a certificate that SSL_CERT_FILE vouches for."""
    certificates = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(certificates))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FakeHub(tls=context) as fake:
        yield fake


@pytest.fixture
def plain_hub() -> Iterator[FakeHub]:
    """The fake hub over plain HTTP."""
    with FakeHub() as fake:
        yield sites.with_canaries(fake)
