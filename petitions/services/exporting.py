"""The confirmed signatures of a petition as CSV, streamed: a million of them take no more memory than a hundred."""

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BinaryField, Case, CharField, F, QuerySet, TextChoices, When
from django.db.models.functions import Cast

from accounts import audit
from accounts.models import User
from accounts.spreadsheet import shown
from petitions.models import Petition, Signature
from privacy import crypto

AT_ONCE = 2_000  # rows that are in memory
COLUMNS = ("number", "confirmed_at", "country", "language", "kind")
NAME = "name"


class Names(TextChoices):
    """Whose names stand in the file."""

    NOBODY = "none"
    HANDED_OVER = "handover"  # those who agreed that theirs goes along with the petition


def export_signatures(
    petition: Petition, *, names: Names = Names.NOBODY, by: User | None, reason: str, now: datetime
) -> Iterator[bytes]:
    """Write down who takes the signatures along and why; returns the file in pieces, UTF-8, a heading first.

    One line for each confirmed signature, oldest number first, as they stand when the first piece is asked for. No
    address, no comment, and a country only as a code. A name that begins like a formula gets an apostrophe.
    """
    with transaction.atomic():
        audit.record("petitions.export_signatures", petition, by=by, reason=reason, now=now, names=names.value)
    return _with_names(petition) if names == Names.HANDED_OVER else _without_names(petition)


def _rows(petition: Petition) -> QuerySet[Signature]:
    return Signature.objects.confirmed().filter(petition=petition).order_by("pk")


def _without_names(petition: Petition) -> Iterator[bytes]:
    """Nothing in it was typed by anybody, so PostgreSQL writes the file itself."""
    columns = ("pk", "confirmed_at", "country", "language", "kind")
    yield (",".join(COLUMNS) + "\r\n").encode()
    if connection.vendor == "postgresql":
        sql, values = _rows(petition).values_list(*columns).query.sql_with_params()
        with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values) as copy:
            yield from _gathered(copy)
        return
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for rows in _pieces(_rows(petition).values_list(*columns)):
        writer.writerows(rows)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _with_names(petition: Petition) -> Iterator[bytes]:
    agreed = Case(When(consent_handover__isnull=False, then=F("name")), default=None, output_field=BinaryField())
    field: Any = Signature._meta.get_field(NAME)
    unseal = crypto.opener(field.purpose)
    at = Cast("confirmed_at", CharField())  # a million moments that only go into a file are not worth making
    rows = _rows(petition).annotate(sealed=agreed, at=at)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([*COLUMNS, NAME])
    for piece in _pieces(rows.values_list("pk", "at", "country", "language", "kind", "sealed")):
        writer.writerows(
            [
                (number, moment, country, language, kind, _name(unseal(sealed).decode()) if sealed else "")
                for number, moment, country, language, kind, sealed in piece
            ]
        )
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _name(name: str) -> str:
    return name if name[:1].isalpha() else shown(name)


def _pieces(rows: QuerySet[Any, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as the driver has them, AT_ONCE at a time; on PostgreSQL from a cursor on its side."""
    sql, values = rows.query.sql_with_params()
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(transaction.atomic())  # such a cursor lives no longer; elsewhere it would lock all out
        cursor = stack.enter_context(connection.chunked_cursor())
        cursor.execute(sql, values)
        while piece := cursor.fetchmany(AT_ONCE):
            yield piece


def _gathered(copy: Iterator[object], size: int = 65_536) -> Iterator[bytes]:
    """COPY hands out line by line; a web server wants more at once."""
    parts: list[bytes] = []
    length = 0
    for data in copy:
        parts.append(bytes(data))  # type: ignore[call-overload]
        length += len(parts[-1])
        if length >= size:
            yield b"".join(parts)
            parts, length = [], 0
    if parts:
        yield b"".join(parts)
