"""Writing a signature: one statement, the same for every address."""

import unicodedata
from typing import Any

from django.db import connection

from petitions.models import Petition, Signature
from privacy.fingerprints import fingerprint

State = Signature.State
NO_SLOT = bytes(8)
# What stays with the row: by what it is found, and what its links are made of. Of a pending one its dates as well.
KEPT = {"id", "petition_id", "address_fingerprint", "name_slot", "nonce"}
DATED = {"created_at", "link_sent_at", "reminded_at"}


def name_slot(petition: Petition, name: str) -> bytes:
    """What tells apart the people of one address: 8 bytes of a keyed hash of the name, where the petition allows it.

    The same name in another spelling of case, width or blanks is the same person.
    """
    if not petition.allows_shared_addresses:
        return NO_SLOT
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return fingerprint(f"{petition.pk}\x00{folded}", purpose="name slot")[:8]


def write_signature(written: Signature, *, is_mailed: bool) -> Signature:
    """Write a pending signature, or correct the one that waits; returns the row that stands there, locked.

    A withdrawn or erased one begins anew. The link of one that waited already lives longer only when `is_mailed`.
    Of a row that stays as it is, only what a mail needs is read. One statement in every case, so that nobody learns
    from its duration what has become of an address.
    """
    meta = Signature._meta
    fields: list[Any] = [field for field in meta.concrete_fields if not field.primary_key]
    quoted = {field.attname: connection.ops.quote_name(field.column) for field in fields}
    table = connection.ops.quote_name(meta.db_table)
    changes = [
        f"{quoted[field.attname]} = CASE WHEN {_when(field.attname, table, is_mailed)}"
        f" THEN excluded.{quoted[field.attname]} ELSE {table}.{quoted[field.attname]} END"
        for field in fields
        if field.attname not in KEPT
    ]
    target = [quoted[name] for name in ("petition_id", "address_fingerprint", "name_slot")]
    statement = (
        f"INSERT INTO {table} ({', '.join(quoted.values())}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
        f" ON CONFLICT ({', '.join(target)}) DO UPDATE SET {', '.join(changes)}"
        " RETURNING id, state, nonce, forgotten_at"
    )
    values = [field.get_db_prep_save(field.pre_save(written, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        written.pk, written.state, nonce, forgotten_at = cursor.fetchone()
    written.nonce, written.forgotten_at = bytes(nonce), forgotten_at
    written._state.adding = False
    return written


def _when(name: str, table: str, is_mailed: bool) -> str:
    """The rows in which this column takes the new value. The names are ours: nothing here was typed by anybody."""
    begun_anew = f"{table}.state IN ('{State.WITHDRAWN.value}', '{State.ERASED.value}')"
    waits = f"({table}.state = '{State.PENDING.value}' OR {begun_anew})"
    if name == "link_sent_at" and is_mailed:
        return waits
    if name == "suspicion":  # whoever comes back with other answers is suspected as before
        return f"{waits} AND excluded.suspicion <> ''"
    return begun_anew if name in DATED else waits
