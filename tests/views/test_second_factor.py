"""The second factor: set up, asked for, and no decision without it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from openness.models import Review
from tests.factories import SubmissionFactory


def number() -> str:
    return f"{totp(TOTPDevice.objects.get().bin_key):06d}"


def test_it_is_set_up_with_a_code_and_gives_recovery_codes_once(admin_client: Client) -> None:
    html = admin_client.get("/sign-in/second-factor/").content.decode()
    assert "<svg" in html
    assert admin_client.post("/sign-in/second-factor/", {"code": "12"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    html = admin_client.post("/sign-in/second-factor/", {"code": number()}).content.decode()
    assert html.count("<li><code>") == 10
    html = admin_client.get("/sign-in/second-factor/").content.decode()
    assert "10 recovery codes are left" in html
    assert "<li><code>" not in html


@pytest.mark.parametrize("required", [True, False])
def test_no_decision_is_taken_without_it_by_whoever_has_one(
    admin_user: User, settings: object, required: bool
) -> None:
    settings.SECOND_FACTOR = required
    TOTPDevice.objects.create(user=admin_user, confirmed=True)
    sent = SubmissionFactory()
    desk = Client()
    signed = desk.post("/sign-in/", {"username": "admin", "password": "password"})
    assert signed["Location"].startswith("/sign-in/code/")
    answer = desk.post(f"/review/{sent.pk}/", {"do": "accept"})
    assert answer["Location"].startswith("/sign-in/code/")
    assert desk.get("/admin/").status_code == 302
    assert not Review.objects.exists()
    assert desk.post("/sign-in/code/", {"code": "000"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    entered = desk.post("/sign-in/code/", {"code": number(), "next": f"/review/{sent.pk}/"})
    assert entered["Location"] == f"/review/{sent.pk}/"
    assert desk.post(f"/review/{sent.pk}/", {"do": "accept"}).status_code == 302
    assert Review.objects.exists()
    assert desk.get("/admin/").status_code == 200
