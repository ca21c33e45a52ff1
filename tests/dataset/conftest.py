"""What the tests of the data set share."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from openness.models import Project


@pytest.fixture
def datasets(tmp_path: Path) -> Iterator[Path]:
    """Where the site's packages are written during a test."""
    with override_settings(DATASETS=tmp_path / "datasets"):
        yield tmp_path / "datasets"


@pytest.fixture(scope="module")
def small_site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator["Project"]:
    """Heron and its shelf, with a record; made once for a module, and gone after it."""
    from tests.dataset.site import build  # noqa: PLC0415 Django must be set up

    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
