"""On which database `make test` runs what. `make test-long`, and pytest by hand, run every test on any.

SQLite takes two thirds of the time that PostgreSQL takes for the same test, and both cores of a small machine are
busy for all of it: each file is on both, or on the one whose answer is worth more. Journeys, and what is named nowhere
here, run on PostgreSQL.
"""

from pathlib import Path

TESTS = Path(__file__).parent
# What asks who may come where, what a text, a letter or a page then says, and what the demonstration holds.
ON_SQLITE = (
    "access",
    "accounts/test_audit_desk.py",
    "accounts/test_invitations.py",
    "accounts/test_lookups.py",
    "accounts/test_sessions.py",
    "accounts/test_switches_names.py",
    "campaigns",
    "config",
    "demo",
    "desk",
    "docs",
    "letters/test_offices.py",
    "letters/test_routes.py",
    "outbox/test_composing.py",
    "outbox/test_mail_templates.py",
    "outbox/test_mailbox.py",
    "pages",
    "petitions/test_pages.py",
    "petitions/test_skeleton.py",
    "rendering",
    "security",
    "simulation",
    "statements",
    "test_catalogs.py",
    "test_templates.py",
)
# What a database decides, by its locks, constraints and triggers, and which one it is.
ON_BOTH = (
    "accounts/test_audit.py",
    "accounts/test_audit_chain.py",
    "accounts/test_sign_in_codes.py",
    "outbox/test_sending.py",
    "petitions/test_lifecycle.py",
    "petitions/test_signing.py",
    "privacy/test_throttle.py",
    "statements/test_consents.py",
    "statements/test_lifecycle.py",
    "statements/test_random_consents.py",
    "test_parallel.py",
    "test_servers.py",
)


def is_for(vendor: str, file: Path) -> bool:
    """Whether `make test` runs this file of tests on `postgresql` or `sqlite`."""
    name = file.relative_to(TESTS).as_posix()
    if name in ON_BOTH:
        return True
    is_on_sqlite = any(name == part or name.startswith(f"{part}/") for part in ON_SQLITE)
    return is_on_sqlite == (vendor == "sqlite")
