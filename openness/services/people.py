"""Who may review, and by which second factor they prove who they are.

The factor is a code by time from an authenticator (RFC 6238), or one of ten recovery codes, each
good for once. It is asked for at the act of reviewing, however one has signed in.
"""

from __future__ import annotations

from base64 import b32encode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django_otp import login as prove
from django_otp import match_token, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10


def may_review(user: User | AnonymousUser) -> bool:
    """Whether somebody is a reviewer: by the permission to change submissions."""
    return user.has_perm("openness.change_submission")


def must_prove(user: User | AnonymousUser) -> bool:
    """Whether a second factor is still to be seen in this session.

    From whoever has set one up; from every reviewer where the site asks for it.
    """
    if not isinstance(user, User) or is_proven(user):
        return False
    return settings.SECOND_FACTOR or has_factor(user)


def is_proven(user: User | AnonymousUser) -> bool:
    """Whether a second factor was seen in this session; the middleware of django-otp knows."""
    verified = getattr(user, "is_verified", None)
    return bool(verified and verified())


def has_factor(user: User) -> bool:
    """Whether somebody has set a second factor up."""
    return bool(user_has_device(user))


def enter(request: HttpRequest, user: User, code: str) -> bool:
    """Whether this code of theirs is right; then the session is proven.

    After wrong ones one has to wait, ever longer.
    """
    # What cannot be printed is no code, and a NUL cannot even be looked for.
    device = match_token(user, code.replace(" ", "")) if code.isprintable() else None
    if device is None:
        return False
    prove(request, device)
    return True


def new_factor(user: User) -> TOTPDevice:
    """The factor that somebody is about to set up; the same until it is confirmed."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, confirmed=False, name="authenticator")


def secret_of(device: TOTPDevice) -> str:
    """Its secret as one types it into an authenticator: four letters at a time."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def confirm(request: HttpRequest, device: TOTPDevice, code: str) -> list[str]:
    """Take a new factor into use if its code is right: the recovery codes; else none."""
    if not device.verify_token(code.replace(" ", "")):
        return []
    with transaction.atomic():
        device.confirmed = True
        device.save()
        TOTPDevice.objects.filter(user=device.user, confirmed=False).delete()
        codes = new_recovery_codes(device.user)
    prove(request, device)
    return codes


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten new recovery codes in place of those before."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes somebody still has."""
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def remove_factor(user: User) -> None:
    """Forget second factor and recovery codes; on paper only they were the same person's."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
