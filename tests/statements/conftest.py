"""A delegate, a statement, and the asking. The clock is that of the module: the pages look at the real one."""

from datetime import timedelta

import pytest

from statements import services
from tests.factories import make_delegate, make_statement


@pytest.fixture
def delegate():
    return make_delegate(address="haneul@river.example")


@pytest.fixture
def statement(now):
    return make_statement(now=now, deadline=now + timedelta(days=10))


@pytest.fixture
def invite(statement, now):
    """Ask organizations to sign; returns the statement."""

    def invite(*delegates):
        organizations = [delegate.organization for delegate in delegates]
        services.invite_organizations(statement.pk, organizations, by=statement.author, now=now)
        return statement

    return invite


@pytest.fixture
def asked(invite, delegate, client):
    """A statement that waits for the delegate, who is signed in."""
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    return invite(delegate)
