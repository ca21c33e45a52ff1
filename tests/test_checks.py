"""What the deploy check refuses."""

import pytest
from django.test import override_settings

from openness import environment
from openness.checks import secret_key_comes_from_the_environment

MANAGED = {"DATABASE_URL": "postgresql://db/openness"}
KEY = {"SECRET_KEY": "k" * 50}


@pytest.mark.parametrize(
    ("given", "debug", "refused"),
    [
        ({}, False, False),  # a first run keeps its own key
        (MANAGED, False, True),
        (MANAGED, True, False),
        (MANAGED | KEY, False, False),
    ],
)
def test_a_site_on_a_managed_database_has_its_key_from_its_operator(
    given: dict[str, str], debug: bool, refused: bool
):
    with override_settings(ENVIRONMENT=environment.read(given), DEBUG=debug):
        messages = secret_key_comes_from_the_environment(None)
    assert [message.id for message in messages] == (["openness.E001"] if refused else [])
