"""What tests of consent begin with: a statement that several organizations are asked to sign, and its new versions."""

from datetime import timedelta

from statements import services
from statements.models import Statement
from tests.factories import NOW, make_delegate, make_statement, make_user

WORDS = {"signer_name": "Kim Ha-neul", "signer_title": "Director", "authority": "Board, 3 May", "language_read": "en"}


def ask(*delegates, now=NOW, **fields):
    """A statement open for ten days that the organizations of these delegates are asked to sign."""
    statement = make_statement(now=now, **({"deadline": now + timedelta(days=10)} | fields))
    organizations = [delegate.organization for delegate in delegates]
    services.invite_organizations(statement.pk, organizations, by=statement.author, now=now)
    return statement


def sign(statement, delegate, now=NOW, **said):
    digest = said.pop("digest", None) or Statement.objects.get(pk=statement.pk).signable_version.digest
    return services.cosign(statement.pk, delegate=delegate, digest=digest, now=now, **(WORDS | said))


def newcomer(delegate=None, **fields):
    """A delegate who has signed nothing yet."""
    return make_delegate(delegate and delegate.organization, vouched_at=None, **fields)


def change(statement, kind, body, now=NOW):
    """A new version with other words, opened again as editorial or material; returns it."""
    editor = make_user("editor")
    Statement.objects.filter(pk=statement.pk).update(state=Statement.State.LOCKED)
    version = services.new_version(statement.pk, by=editor, now=now)
    version.translations.filter(language="en").update(body=body)
    version = services.lock_version(statement.pk, by=editor, now=now)
    services.open_for_cosigning(statement.pk, by=editor, now=now)
    services.version_changed(version, kind, by=editor, now=now)
    return version


def close_and_publish(statement, now=NOW):
    services.close_cosigning(statement.pk, by=statement.author, now=now)
    return services.publish_statement(statement.pk, by=make_user("editor"), now=now)
