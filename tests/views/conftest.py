"""What the tests of pages share."""

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from openness.kept import SHELF

if TYPE_CHECKING:
    from openness.models import Project


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> None:
    """Pages keep counts per revision, and every test begins with the same one."""
    cache.clear()
    SHELF.clear()


@pytest.fixture
def heron(db: None) -> "Project":
    """A model that a laptop runs, open in all that is on record."""
    from tests.views.shelf import heron_7b  # noqa: PLC0415 Django must be set up

    return heron_7b()


@pytest.fixture
def shelf(heron: "Project") -> "Project":
    """Heron and three others: a twin, one on request, one of which nothing is known."""
    from tests.views.shelf import shelf_of  # noqa: PLC0415 Django must be set up

    return shelf_of(heron)


@pytest.fixture
def judged(heron: "Project") -> "Project":
    """Heron, judged by a publisher."""
    from tests.views.shelf import judged_by_opening_up  # noqa: PLC0415 Django must be set up

    return judged_by_opening_up(heron)
