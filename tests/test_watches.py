"""A watcher confirms an address, gets a letter when openness moves, and is forgotten at the end."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from openness.models import Change, Project, Revision, Watch
from openness.models.record import CHANGE_CLASSES
from openness.services import watches
from openness.services.watches import TOLD_OF, tell_watchers
from openness.tasks import tell_watchers as task
from tests.factories import ProjectFactory, begun

pytestmark = pytest.mark.django_db

ADDRESS = "reader@example.org"


@pytest.fixture
def heron() -> Project:
    return ProjectFactory(slug="heron", name="Heron 7B")


def change(project: Project, change_class: str, *, minutes: int = 11) -> None:
    """A change that came on record so many minutes ago."""
    revision = Revision.objects.create(kind="refresh", summary="Hub")
    at = timezone.now() - timedelta(minutes=minutes)
    Revision.objects.filter(pk=revision.pk).update(at=at)
    Change.objects.create(
        project=project,
        revision=revision,
        field="weights_end",
        old="open, public, Apache-2.0",
        new="open, public, CC-BY-NC-4.0",
        change_class=change_class,
    )


def watching(project: Project, **fields: object) -> Watch:
    given = {"confirmed_at": timezone.now(), "written_at": timezone.now()} | fields
    return Watch.objects.create(project=project, email=ADDRESS, **given)


def ask(client: Client, email: str = ADDRESS, prefix: str = "") -> str:
    answer = client.post(
        f"{prefix}/projects/heron/watch/", {"email": email, "begun": begun()}, follow=True
    )
    return answer.content.decode()


def test_the_whole_way_of_a_watcher(client: Client, heron: Project) -> None:
    assert 'href="/projects/heron/watch/"' in client.get("/projects/heron/").content.decode()
    change(heron, "less_open")  # before the watch: no news
    assert "A letter is on its way." in ask(client)
    task()
    [letter] = mail.outbox
    assert letter.to == [ADDRESS]
    [address] = re.findall(r"http\S+(/watches/\S+/)", letter.body)
    assert address in letter.extra_headers["List-Unsubscribe"]

    page = client.get(address)
    assert page["Referrer-Policy"] == "same-origin"
    assert Watch.objects.get().confirmed_at is None  # mail servers open every address
    client.post(address, {"do": "confirm"})
    task()
    assert len(mail.outbox) == 1

    change(heron, "less_open")
    task()
    task()
    [_, news] = mail.outbox
    assert news.subject == "Heron 7B: less open"
    assert "from open, public, Apache-2.0 to open, public, CC-BY-NC-4.0" in news.body
    assert "/projects/heron/" in news.body
    assert address in news.body

    ended = client.post(address, {"do": "end"}, follow=True).content.decode()
    assert "Your address is forgotten." in ended
    assert not Watch.objects.exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("change_class", CHANGE_CLASSES)
def test_letters_tell_of_openness_that_moved_and_of_nothing_else(
    heron: Project, change_class: str
) -> None:
    watching(heron)
    change(heron, change_class)
    assert tell_watchers() == (change_class in TOLD_OF)


def test_several_changes_are_one_letter_and_what_may_be_taken_back_waits(heron: Project) -> None:
    watching(heron)
    change(heron, "less_open")
    change(heron, "withdrawn")
    change(heron, "more_open", minutes=9)
    change(ProjectFactory(), "less_open")
    assert tell_watchers() == 1
    assert mail.outbox[0].subject == "Heron 7B: less open, withdrawn"
    Revision.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert tell_watchers() == 1
    assert mail.outbox[1].subject == "Heron 7B: more open"


def test_letters_are_in_the_language_in_which_they_were_asked_for(
    client: Client, heron: Project
) -> None:
    ask(client, prefix="/zh-hans")
    task()
    assert "/zh-hans/watches/" in mail.outbox[0].body


def test_who_has_not_confirmed_gets_no_news_and_is_forgotten_after_three_days(
    heron: Project,
) -> None:
    watching(heron, confirmed_at=None)
    change(heron, "less_open")
    assert (tell_watchers(), watches.forget_unconfirmed()) == (0, 0)
    Watch.objects.update(asked_at=timezone.now() - timedelta(days=4))
    assert watches.forget_unconfirmed() == 1


def test_the_answer_tells_nobody_who_watches_and_letters_cannot_be_had_at_will(
    client: Client, heron: Project
) -> None:
    first = ask(client)
    watches.write_links()
    assert ask(client, ADDRESS.upper()) == first
    assert watches.write_links() == 0
    for _ in range(9):
        watches.ask(project=ProjectFactory(), email=ADDRESS, language="")
    assert watches.write_links() == watches.WRITTEN_MOST - 1
    Watch.objects.update(written_at=timezone.now() - timedelta(hours=2))
    watches.ask(project=heron, email=ADDRESS, language="")
    assert watches.write_links() == 1  # who lost the link gets it again


@pytest.mark.parametrize("email", ["", "reader", "a@b\nBcc: c@example.org"])
def test_what_is_no_address_is_said_beside_the_field(
    client: Client, heron: Project, email: str
) -> None:
    answer = client.post("/projects/heron/watch/", {"email": email, "begun": begun()})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.content.decode()
    assert not Watch.objects.exists()
