"""Everybody who may come, each with a session where they have one."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts import sessions
from accounts.models import TotpDevice, User
from accounts.sessions import Method
from campaigns.models import Delegate, Organization
from tests import factories
from tests.access import words


def make_people(own: Organization, other: Organization) -> dict[str, User]:
    """A user for everybody who has one, by the words of tests.access.words; staff have an authenticator app."""
    yesterday = timezone.localdate() - timedelta(days=1)
    found = {
        words.SIGNER: factories.make_delegate(own).user,
        words.READER: factories.make_delegate(own, may_sign=False).user,
        words.OTHER: factories.make_delegate(other).user,
        words.ENDED: factories.make_delegate(own, valid_until=yesterday).user,
        words.CLOSED: factories.make_delegate(own).user,
        words.SUPERUSER: User.objects.create_superuser("root@coalition.example", "correct horse battery", name="Root"),
    }
    for person in (words.PROMOTED, words.HALF_WAY, words.UNENROLLED, words.FORMER, words.NO_ROLE):
        roles = [] if person == words.NO_ROLE else words.ROLES
        found[person] = factories.make_user(*roles, is_staff=True)
    found |= {role: factories.make_user(role) for role in words.ROLES}
    found |= {twin: factories.make_user(role) for twin, role in words.TWINS.items()}
    for person, user in found.items():
        if user.is_staff and person != words.UNENROLLED:
            give_app(user)
        if user.is_staff:  # and another one, half set up
            TotpDevice.objects.create(user=user, secret=pyotp.random_base32(), created_at=timezone.now())
    return found


def give_app(user: User) -> None:
    now = timezone.now()
    TotpDevice.objects.create(user=user, secret=pyotp.random_base32(), created_at=now, confirmed_at=now)


def code_of_the_app(user: User, *, waits: bool) -> str:
    """What the app shows now: the one that is set up, or with `waits` the one that waits for its first code."""
    device = user.totp_devices.filter(confirmed_at__isnull=waits).first()
    return pyotp.TOTP(device.secret).now() if device else "123456"


def sign_in(people: dict[str, User], now: datetime) -> dict[str, str]:
    """The key of everybody's session; those whose account is closed were signed in before."""
    keys = {person: _session(person, user, now) for person, user in people.items()}
    closed = [people[words.CLOSED].pk, people[words.FORMER].pk]
    User.objects.filter(pk__in=closed).update(is_active=False)
    return keys


def _session(person: str, user: User, now: datetime) -> str:
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    if person in {words.HALF_WAY, words.UNENROLLED}:
        until = (now + sessions.HALF_OPEN_FOR).timestamp()
        known = {"user": user.pk, "hash": user.get_session_auth_hash(), "until": until, "next": ""}
        session[sessions.HALF_OPEN] = known
    else:
        by_code = not user.is_staff or person == words.PROMOTED
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = sessions.BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[sessions.METHOD] = (Method.MAILED_CODE if by_code else Method.AUTHENTICATOR).value
        session[sessions.SIGNED_IN_AT] = now.timestamp()
    session.save()
    return str(session.session_key)


def delegation_of(user: User) -> Delegate:
    return user.delegations.get()
