"""People on their way into the desk."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import TotpDevice, User
from tests.accounts.places import LOGIN, PASSWORD, SECOND_FACTOR
from tests.factories import make_user


@pytest.fixture
def required(settings: Any) -> None:
    """The site asks its staff for a second factor, as every server does."""
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def editor(db: None) -> User:
    return make_user("editor", address="editor@coalition.example")


@pytest.fixture
def app(editor: User) -> pyotp.TOTP:
    """The editor's authenticator app, in use."""
    return app_of(editor)


def app_of(user: User) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    TotpDevice.objects.create(user=user, secret=secret, created_at=timezone.now(), confirmed_at=timezone.now())
    user.recovery_codes.create(code_hash=b"kept elsewhere", kept_at=timezone.now())
    return pyotp.TOTP(secret)


@pytest.fixture
def give_password() -> Callable[..., Any]:
    """`give_password(client, user)`: the first step, with the right password unless another is given."""

    def give(client: Client, user: User, password: str = PASSWORD, next_url: str = "/admin/", **meta: Any) -> Any:
        return client.post(LOGIN, {"username": user.email, "password": password, "next": next_url}, **meta)

    return give


@pytest.fixture
def come_in(give_password: Callable[..., Any]) -> Callable[..., Client]:
    """`come_in(user, app)`: a browser in which this person has signed in completely."""

    def come(user: User, app: pyotp.TOTP | None = None, client: Client | None = None) -> Client:
        client = client or Client()
        answer = give_password(client, user)
        if app:
            answer = client.post(SECOND_FACTOR, {"code": app.now()})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return come
