"""Scripts planted wherever the site keeps words, and what of them a page shows, draws or runs.

The rows are those of the access matrix, one of everything; the fields are found by walking the models, so that
a new field is planted as soon as it exists.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models

from accounts.audit import triggers
from privacy.fields import EncryptedBytesField, EncryptedField, EncryptedJSONField
from statements import triggers as locked_texts

Field = Any  # a field of a model, of whatever type

# Each tries another way in; `planted` notes that it ran, and nothing on the site is called /planted.
PIECES = [
    "<script>planted(1)</script>",
    "<img src=/planted onerror=planted(2)>",
    '"><svg onload=planted(3)>',
    "' autofocus onfocus=planted(4) x='",
    "[a](javascript:planted(5))",
    "</title></textarea><i data-planted>",
    '{{"QPLANTED"|lower}}Q',
    "![b](/planted)",
    "]]>--><iframe src=/planted>",
    "</script><script src=/planted>",
    "[c](<data:text/html,<script>planted(6)</script>>)",
    "<a href=javascript:planted(7)>d</a>",
]
TEMPLATE_RAN = "qplantedQ"  # what stands there once a template engine has read it
MARKER = re.compile(r"Q(\d+)Q")
LONGEST = 600  # characters, where a field takes more

SHORTEST = 16  # characters: into less no script fits

# Fields that hold no words: their doors refuse everything but what stands in a list, or they are made by us.
NAMES_OF_NO_WORDS = {"language", "language_read", "time_zone"}  # chosen from lists of our own
FIELDS_OF_NO_WORDS = {
    "accounts.AuditEntry.act",  # names of ours, by which pages are found
    "accounts.AuditEntry.object_type",
    "accounts.Passkey.host",
    "accounts.TotpDevice.secret",
    "accounts.User.password",  # a hash that no page shows
    "campaigns.Instrument.kind",
    "letters.Letter.copy",  # frozen under its digest, made of fields that are planted
    "letters.LetterTemplate.recipient_kinds",
    "letters.Proof.content",  # a file
    "letters.Proof.content_type",  # one of three of ours
    "letters.Recipient.accepts_formats",
    "letters.Recipient.channels",
    "letters.Recipient.languages",  # codes from a list of our own
    "letters.Release.about",
    "letters.RouteRule.lead_statuses",  # values from a list of our own
    "letters.Submission.about",
    "letters.Submission.sheet",  # frozen, made of fields that are planted
    "outbox.DomainCheck.findings",  # codes of our own, and what the DNS said: planted by the test
    "outbox.Email.about",
    "outbox.Email.kind",
    "outbox.Email.message_id",
    "outbox.Email.payload",  # mails are written anew, from rows that are planted
    "outbox.Refusal.about",
    "petitions.HandoverFile.name",  # names of ours
    "petitions.InvalidationBatch.condition",
    "petitions.Signature.suspicion",  # names of rules
    "privacy.RetentionRun.error",
    "statements.Statement.languages",  # codes from a list of our own
}
# What a rule of the database wants beside planted words.
BESIDE: dict[str, dict[str, Any]] = {}
_numbers = count(1)


def payload(number: int, room: int | None) -> str:
    """Its marker, then as many pieces as fit into `room` characters, another one first for each number."""
    words, limit = f"Q{number}Q", min(room or LONGEST, LONGEST)
    turn = number % len(PIECES)
    for piece in PIECES[turn:] + PIECES[:turn]:
        if len(words) + len(piece) <= limit:
            words += piece
    return words


def word_fields() -> Iterator[Field]:
    """Every field of the site's own models in which words can stand."""
    kinds = (models.CharField, models.TextField, models.JSONField, EncryptedField, EncryptedJSONField)
    for model in apps.get_models():
        if model.__module__.startswith("django.") or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedBytesField):
                continue  # files, which no page shows
            if not isinstance(field, kinds) or field.choices or field.unique or isinstance(field, models.SlugField):
                continue
            if field.name in NAMES_OF_NO_WORDS or field.name.endswith("digest") or _name(field) in FIELDS_OF_NO_WORDS:
                continue
            if (_room(field) or SHORTEST) >= SHORTEST:
                yield field


def plant_everything() -> dict[int, str]:
    """Plant in every such field of every row; returns {number of the marker: "app.Model.field"}."""
    planted: dict[int, str] = {}
    fields: dict[type[models.Model], list[Field]] = {}
    for field in word_fields():
        fields.setdefault(field.model, []).append(field)
    with triggers.lifted(), locked_texts.lifted():
        for model, found in fields.items():
            rows = model._base_manager.all()
            for row in rows:
                values = dict(BESIDE.get(model._meta.label, {}))
                for field in found:
                    number = next(_numbers)
                    values[field.name] = _planted(field, getattr(row, field.name), number)
                    planted[number] = _name(field)
                model._base_manager.filter(pk=row.pk).update(**values)
    return planted


def _planted(field: Field, value: Any, number: int) -> Any:
    room = _room(field)
    if isinstance(field, models.JSONField | EncryptedJSONField):
        return _planted_leaves(value, number)
    if isinstance(field, models.URLField):
        return f"https://x.example/{payload(number, (room or LONGEST) - 18)}"  # other schemes its form refuses
    if isinstance(field, models.EmailField) or field.name in {"email", "address"}:
        return f"{payload(number, 60)}@x.example"
    return payload(number, room)


def _planted_leaves(value: Any, number: int) -> Any:
    """The same shape, every string in it planted."""
    if isinstance(value, dict):
        return {key: _planted_leaves(inner, number) for key, inner in value.items()}
    if isinstance(value, list):
        return [_planted_leaves(inner, number) for inner in value]
    return payload(number, 200) if isinstance(value, str) else value


def _room(field: Field) -> int | None:
    """Characters that its column or its form takes; None without a limit."""
    return getattr(field, "text_length", None) or field.max_length


def _name(field: Field) -> str:
    return f"{field.model._meta.label}.{field.name}"
