"""Rows for the benchmarks, and what is said of them afterwards; runs in a process of the product.

Rows are made in bulk, by the database, from one row that the product's own model wrote: a million in a minute, each
with a fingerprint of its own and the sealed words of the first.
"""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from config import catalogs, supervisor
from outbox.models import Email
from petitions import notices, services
from petitions.models import CountChange, LimitRule, Petition, Signature, Tally
from privacy.fingerprints import address_fingerprint
from tests.factories import make_petition

COUNTRIES = ("KR", "US", "DE", "FR", "JP", "GB", "TW", "CA", "AU", "")
DAYS = 60


def web_command(port: int) -> list[str]:
    return supervisor.commands("127.0.0.1", port, 2)["web"]


def prepare(petitions: int = 1, rows: int = 0, limits: bool = True) -> list[str]:
    """Migrate, make open petitions and put `rows` confirmed signatures under the first; returns the slugs.

    The challenge that a rush switches on is switched off, as staff can: the driver would spend both cores on it. The
    other limits stay as they are.
    """
    catalogs.compile_all()
    call_command("migrate", verbosity=0)
    LimitRule.objects.filter(action=LimitRule.Action.CHALLENGE).update(is_on=False)
    now = timezone.now()
    made = [make_petition(opens_at=now - timedelta(days=DAYS + 1)) for _ in range(petitions)]
    for petition in made:
        text = petition.texts.get(language="en")
        text.body = "\n\n".join(["A paragraph of a petition, as long as such paragraphs are. " * 8] * 10)
        text.save()
    fill(made[0].pk, rows)
    services.refresh_signature_counts(now=now)
    return [petition.slug for petition in made]


def fill(petition: int, rows: int) -> int:
    """Confirmed signatures under a petition, of as many people, over DAYS days; a fifth of them with a public name."""
    if not rows:
        return 0
    now = timezone.now() - timedelta(days=DAYS)
    first = Signature(
        petition=Petition.objects.get(pk=petition),
        name="Supporter of a petition",
        address="supporter@people.example",
        address_fingerprint=address_fingerprint("supporter@people.example"),
        country="KR",
        language="en",
        state=Signature.State.CONFIRMED,
        created_at=now,
        link_sent_at=now,
        confirmed_at=now,
        consent_handover=notices.notice(notices.Purpose.HANDOVER, "en", now),
    )
    first.save()
    columns = [field.column for field in Signature._meta.concrete_fields if not field.primary_key]
    changed, series = _series(connection.vendor, rows, DAYS * 86_400 / rows)
    picked = ", ".join(changed.get(str(column), f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO petitions_signature ({names}) "  # noqa: S608 (our own columns)
            f"SELECT {picked} FROM petitions_signature t, {series} WHERE t.id = {first.pk}"
        )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE petitions_signature")
    _add_up(petition)
    return rows


def _series(vendor: str, rows: int, step: float) -> tuple[dict[str, str], str]:
    """SQL for the columns that differ from row to row, `n` being its number, and for where n comes from."""
    if vendor == "postgresql":
        listed = ", ".join(f"'{country}'" for country in COUNTRIES)
        return {
            "address_fingerprint": "sha256(n::text::bytea)",
            "country": f"(ARRAY[{listed}])[n % {len(COUNTRIES)} + 1]",
            "show_name": "CASE WHEN n % 5 = 0 THEN 'full' ELSE 'private' END",
            "created_at": f"t.created_at + n * interval '{step} seconds'",
            "confirmed_at": f"t.confirmed_at + n * interval '{step} seconds'",
        }, f"generate_series(1, {rows - 1}) AS n"
    cases = " ".join(f"WHEN {number} THEN '{country}'" for number, country in enumerate(COUNTRIES))
    moved = "strftime('%Y-%m-%d %H:%M:%f', t.{}, '+' || (n * " + f"{step}) || ' seconds')"
    return {
        "address_fingerprint": "randomblob(32)",
        "country": f"CASE n % {len(COUNTRIES)} {cases} END",
        "show_name": "CASE WHEN n % 5 = 0 THEN 'full' ELSE 'private' END",
        "created_at": moved.format("created_at"),
        "confirmed_at": moved.format("confirmed_at"),
    }, (
        f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows - 1}) "  # noqa: S608
        "SELECT n FROM s)"
    )


def _add_up(petition: int) -> None:
    """The tallies of what was written past the services: what the audit finds, it mends."""

    logging.disable(logging.ERROR)
    services.audit_signature_counts(now=timezone.now())
    logging.disable(logging.NOTSET)


def counts(slug: str) -> dict[str, int]:
    """What is shown, what the tallies say, and what the rows say."""
    petition = Petition.objects.get(slug=slug)
    rows = Signature.objects.filter(petition=petition)
    mails = Email.objects.filter(about=f"petition:{petition.pk}")
    return {
        "shown": petition.signature_count,
        "tallies": Tally.objects.filter(petition=petition).aggregate(n=Sum("count"))["n"] or 0,
        "confirmed": rows.confirmed().count(),
        "signatures": rows.count(),
        "waiting": CountChange.objects.count(),
        "mails": mails.count(),
        "sent": mails.filter(state="sent").count(),
        "held": rows.exclude(suspicion="").count(),
    }
