"""Review: one statement at a time, by one reviewer or two, never one's own, and never both win."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from openness.models import Change, Project, Quantity, Review, Submission
from openness.services.reviews import (
    NotAllowed,
    accept,
    decided,
    effects_of,
    send_back,
    takes_two,
    undo,
)
from openness.services.submissions import AlreadyDecided, Sender, correct, report, withdraw
from tests.factories import SubmissionFactory, component, evidence_of, project_with, weights

pytestmark = pytest.mark.django_db

CARD = {"state": "open", "link": "https://example.org/card", "note": "All of it."}


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana")


@pytest.fixture
def ben() -> User:
    return User.objects.create_user("ben")


@pytest.fixture
def heron() -> Project:
    return project_with(weights(), component("model_card", "closed"), name="Heron 7B")


def correction(project: Project, author: User | None = None, **answers: Any) -> Submission:
    return correct(
        project=project,
        components=answers or {"model_card": CARD},
        sender=Sender(author=author),
    )


def test_an_accepted_correction_counts_before_what_others_say_and_all_stays_on_record(
    heron: Project, ana: User
) -> None:
    row = accept(submission=correction(heron), by=ana)
    held = heron.evidence.in_force().get(component="model_card", source="submission")
    assert (row.status, held.state, held.reviewer) == ("accepted", "open", ana)
    assert held.submission == row
    assert heron.evidence.in_force().filter(component="model_card", source="vendor").exists()
    change = Change.objects.get(field="model_card")
    assert (change.old, change.new, change.revision.author) == ("", "open", ana)


def test_a_second_correction_supersedes_the_first_and_leaves_its_neighbors(
    heron: Project, ana: User
) -> None:
    accept(submission=correction(heron), by=ana)
    accept(submission=correction(heron, data_card=CARD), by=ana)
    accept(submission=correction(heron, model_card={"state": "closed"}), by=ana)
    held = heron.evidence.in_force().filter(source="submission")
    assert {row.component: row.state for row in held} == {
        "model_card": "closed",
        "data_card": "open",
    }
    assert heron.evidence.filter(component="model_card", source="submission").count() == 2
    assert Change.objects.filter(field="model_card", change_class="less_open").exists()


def test_nobody_decides_their_own(heron: Project, ana: User) -> None:
    own = correction(heron, author=ana)
    with pytest.raises(NotAllowed, match="themselves"):
        accept(submission=own, by=ana)
    with pytest.raises(NotAllowed, match="themselves"):
        send_back(submission=own, by=ana, reason="no")
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("answers", "two"),
    [
        ({"model_card": CARD}, False),
        ({"weights_end": {"access": "none", "link": "https://example.org"}}, False),
        ({"hosted_api": {"hosting": "free_api", "link": "https://example.org"}}, True),
    ],
)
def test_a_rise_of_ten_points_takes_two_reviewers_and_a_fall_takes_one(
    heron: Project, answers: dict[str, Any], two: bool
) -> None:
    assert takes_two(correction(heron, **answers)) is two


def test_the_first_of_two_changes_nothing_and_the_second_decides(ana: User, ben: User) -> None:
    submission = SubmissionFactory()
    row = accept(submission=submission, by=ana)
    assert (row.status, row.project, decided(row)) == ("pending", None, {})
    with pytest.raises(NotAllowed, match="second reviewer"):
        accept(submission=submission, by=ana, only=["weights_end"])
    assert not Project.objects.exists()
    row = accept(submission=submission, by=ben)
    assert row.status == "accepted"
    assert {held.reviewer for held in evidence_of(row.project).values()} == {ben}
    assert Review.objects.filter(reviewer=ana, decides=False).count() == 3


def test_statements_are_decided_one_at_a_time(heron: Project, ana: User) -> None:
    submission = correction(heron, model_card=CARD, data_card=CARD)
    row = accept(submission=submission, by=ana, only=["data_card"])
    assert row.status == "pending"
    row = send_back(submission=submission, by=ana, reason="A dead link.", only=["model_card"])
    assert (row.status, row.reason) == ("accepted", "A dead link.")
    assert [held.component for held in heron.evidence.filter(submission=row)] == ["data_card"]


def test_a_correction_with_a_dead_link_is_returned_with_the_reason(
    heron: Project, ana: User
) -> None:
    with pytest.raises(NotAllowed, match="Say why"):
        send_back(submission=correction(heron), by=ana, reason="  ")
    row = send_back(submission=correction(heron), by=ana, reason="The link leads nowhere.")
    assert (row.status, row.reason, row.decided_by) == ("returned", "The link leads nowhere.", ana)
    assert not heron.evidence.filter(source="submission").exists()


def test_a_statement_waits_for_its_release(ana: User) -> None:
    submission = SubmissionFactory()
    with pytest.raises(NotAllowed, match="itself has to be accepted first"):
        accept(submission=submission, by=ana, only=["weights_end"], alone=True)
    assert not Review.objects.exists()


def test_an_undone_acceptance_restores_what_stood_before(heron: Project, ana: User) -> None:
    first = accept(submission=correction(heron), by=ana)
    second = accept(submission=correction(heron, model_card={"state": "closed"}), by=ana)
    row = undo(submission=second, by=ana)
    held = heron.evidence.in_force().get(component="model_card", source="submission")
    assert (row.status, held.state, held.submission) == ("pending", "open", first)
    assert heron.evidence.filter(component="model_card", source="submission").count() == 3
    assert accept(submission=row, by=ana).status == "accepted"


def test_an_undone_release_keeps_its_page_without_statements(ana: User) -> None:
    row = accept(submission=SubmissionFactory(), by=ana, alone=True)
    row = undo(submission=row, by=ana)
    assert row.status == "pending"
    assert not row.project.evidence.in_force().exists()
    assert not Quantity.objects.exists()
    again = accept(submission=row, by=ana, alone=True)
    assert again.project == row.project
    assert (again.project.evidence.in_force().count(), Quantity.objects.count()) == (2, 1)


def test_undoing_the_second_acceptance_leaves_the_first(ana: User, ben: User) -> None:
    submission = SubmissionFactory()
    accept(submission=submission, by=ana)
    row = undo(submission=accept(submission=submission, by=ben), by=ben)
    assert row.status == "pending"
    assert row.reviews.filter(undone_at__isnull=True, reviewer=ana).count() == 3
    assert accept(submission=row, by=ben).status == "accepted"


def test_a_decision_stands_after_ten_minutes_and_is_nobody_elses_to_undo(
    heron: Project, ana: User, ben: User
) -> None:
    row = accept(submission=correction(heron), by=ana)
    with pytest.raises(NotAllowed, match="nothing of yours"):
        undo(submission=row, by=ben)
    row.reviews.update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(NotAllowed, match="nothing of yours"):
        undo(submission=row, by=ana)


def test_the_effect_is_known_before_it_counts_and_nothing_is_written(
    heron: Project, django_assert_max_num_queries: Any
) -> None:
    offer = {"hosting": "free_api", "link": "https://example.org"}
    submission = correction(heron, hosted_api=offer)
    with django_assert_max_num_queries(12):
        found = {effect.lens: effect for effect in effects_of(submission)}
    ours = found["open-to-whom"]
    assert ours.before is not None
    assert ours.after.low > ours.before.low
    assert ours.after.high - ours.after.low < ours.before.high - ours.before.low
    assert found["osaid"].before == found["osaid"].after
    assert not heron.evidence.filter(source="submission").exists()


def test_a_report_is_dealt_with_and_changes_no_statement(heron: Project, ana: User) -> None:
    row = accept(submission=report(project=heron, message="It is two models."), by=ana)
    assert row.status == "accepted"
    assert not heron.evidence.filter(source="submission").exists()


def test_what_is_decided_cannot_be_withdrawn_any_more(heron: Project, ana: User) -> None:
    sent = correction(heron, model_card=CARD, data_card=CARD)
    accept(submission=sent, by=ana, only=["data_card"])
    with pytest.raises(AlreadyDecided):
        withdraw(submission=sent)
    other = withdraw(submission=correction(heron))
    assert other.status == "withdrawn"
    with pytest.raises(AlreadyDecided):
        accept(submission=other, by=ana)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each deed gave or raised, all begun together, each on a connection of its own."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except (AlreadyDecided, NotAllowed) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_wins_and_one_is_told() -> None:
    ana, ben = User.objects.create_user("ana"), User.objects.create_user("ben")
    heron = project_with(weights(), component("model_card", "closed"), name="Heron 7B")
    for _round in range(5):
        sent = correction(heron)
        came = at_once(
            lambda sent=sent: accept(submission=sent, by=ana),
            lambda sent=sent: send_back(submission=sent, by=ben, reason="No."),
        )
        losers = [one for one in came if isinstance(one, AlreadyDecided)]
        assert len(losers) == 1
        assert "quicker" in str(losers[0])
        assert sent.reviews.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_reviewer_in_two_windows_does_not_count_twice() -> None:
    ana = User.objects.create_user("ana")
    sent = SubmissionFactory()
    came = at_once(*[lambda: accept(submission=sent, by=ana)] * 2)
    sent.refresh_from_db()
    assert sent.status == "pending"
    assert not Project.objects.exists()
    assert sent.reviews.count() == 3
    assert len(came) == 2
