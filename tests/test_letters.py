"""The sender is told once, when a decision stands, and only if an address was given."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from openness.models import Submission
from openness.services.letters import tell_senders
from openness.services.reviews import send_back
from tests.factories import SubmissionFactory

pytestmark = pytest.mark.django_db


def returned(email: str, minutes: int, **fields: str) -> Submission:
    reviewer, _ = User.objects.get_or_create(username="ana")
    sent = SubmissionFactory(email=email, **fields)
    row = send_back(submission=sent, by=reviewer, reason="A dead link.")
    row.decided_at = timezone.now() - timedelta(minutes=minutes)
    row.save()
    return row


def test_the_sender_is_told_the_outcome_once() -> None:
    row = returned("sender@example.org", minutes=11)
    assert (tell_senders(), tell_senders()) == (1, 0)
    [letter] = mail.outbox
    assert letter.to == ["sender@example.org"]
    assert "A dead link." in letter.body
    assert row.get_absolute_url() in letter.body


@pytest.mark.parametrize(("email", "minutes"), [("sender@example.org", 9), ("", 11)])
def test_nobody_is_told_what_may_be_taken_back_or_who_gave_no_address(
    email: str, minutes: int
) -> None:
    returned(email, minutes)
    assert tell_senders() == 0
    assert mail.outbox == []


def test_the_letter_leads_to_the_page_in_the_language_of_its_sender() -> None:
    row = returned("sender@example.org", minutes=11, language="zh-hans")
    tell_senders()
    [letter] = mail.outbox
    assert f"/zh-hans{row.get_absolute_url()}" in letter.body
