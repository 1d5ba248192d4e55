"""On which database `make test` runs what. `make test-long`, and pytest by hand, run every test on any.

Journeys, and what is named nowhere here, run on PostgreSQL.
"""

from pathlib import Path

TESTS = Path(__file__).parent
# What asks who may come where and what a page then says: on SQLite, which takes two thirds of the time for it.
PAGES = (
    "access",
    "accounts/test_audit_desk.py",
    "accounts/test_switches_names.py",
    "config",
    "desk",
    "docs",
    "pages",
    "petitions/test_pages.py",
    "rendering",
    "security",
    "simulation",
    "test_catalogs.py",
    "test_templates.py",
)
# What a database decides, by its locks, constraints and triggers, and which one it is: on both.
DECIDED = (
    "accounts/test_audit.py",
    "accounts/test_audit_chain.py",
    "accounts/test_sign_in_codes.py",
    "letters/test_releases.py",
    "outbox/test_sending.py",
    "petitions/test_lifecycle.py",
    "petitions/test_signing.py",
    "privacy/test_erasure.py",
    "privacy/test_throttle.py",
    "statements/test_consents.py",
    "statements/test_lifecycle.py",
    "test_parallel.py",
    "test_servers.py",
)


def is_for(vendor: str, file: Path) -> bool:
    """Whether `make test` runs this file of tests on `postgresql` or `sqlite`."""
    name = file.relative_to(TESTS).as_posix()
    if name in DECIDED:
        return True
    about_pages = any(name == part or name.startswith(f"{part}/") for part in PAGES)
    return about_pages == (vendor == "sqlite")
