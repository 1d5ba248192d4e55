"""Offices from a file: every row looked at, what is new and what would change, and then written.

One mechanism for the desk, for `manage.py import_recipients` and for the demonstration.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import ImportRefused
from letters.models import FormOfAddress, Holder, Recipient
from letters.models.recipient import Channel, Format
from letters.services.office_columns import DEMANDED, CellRefused, Key, column_of, label_of, value_of
from letters.services.office_reading import Record, Records, read_records

HOLDER = {"holder", "holder_since", "holder_as_of", "holder_source"}
OWN = {"slug", "parent", "channels", *HOLDER}  # written in a way of their own


@dataclass
class Row:
    """What becomes of one record. `changes` are (label, old, new) in words; `errors` are (label, sentence)."""

    number: int
    slug: str
    name: str
    values: dict[Key, Any] = field(default_factory=dict)
    office: Recipient | None = None  # the one that is there already
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.errors:
            return "error"
        if self.office is None:
            return "new"
        return "changed" if self.changes else "same"


@dataclass(frozen=True)
class Plan:
    """What an import would do, row by row."""

    rows: list[Row]
    unknown: list[str]  # columns that are not read

    def of(self, verdict: str) -> list[Row]:
        return [row for row in self.rows if row.verdict == verdict]

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.verdict for row in self.rows)

    @property
    def to_write(self) -> list[Row]:
        return [row for row in self.rows if row.verdict in {"new", "changed"}]

    @property
    def digest(self) -> str:
        """The same for the same file and the same register: what was looked at is what is written."""
        seen = [(row.number, row.slug, row.verdict, row.changes) for row in self.rows]
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def plan_offices(content: bytes, *, now: datetime) -> Plan:
    """Look at every row of a CSV or JSON file; writes nothing. Raises ImportRefused for the file as a whole."""
    return plan_records(read_records(content), now=now)


def plan_records(records: Records, *, now: datetime) -> Plan:
    """The same for records that are read already."""
    slugs = {record.cells.get(("slug", ""), "").lower() for record in records.rows}
    slugs |= {record.cells.get(("parent", ""), "").lower() for record in records.rows}
    register = Recipient.objects.filter(slug__in=slugs).select_related("parent")
    offices = {office.slug: office for office in register.prefetch_related("forms_of_address", "holders")}
    today, seen = timezone.localdate(now), dict[str, int]()
    rows = []
    for record in records.rows:
        row = _looked_at(record, offices, today)
        if row.slug and row.slug in seen:
            row.errors.insert(0, (label_of(("slug", "")), _("This office stands in row %d already.") % seen[row.slug]))
        seen.setdefault(row.slug, row.number)
        rows.append(row)
    for row in rows:
        parent = row.values.get(("parent", ""))
        if parent and parent not in offices and (parent not in seen or parent == row.slug):
            row.errors.append((label_of(("parent", "")), _("There is no office with this address.")))
    return Plan(rows, records.unknown)


@transaction.atomic
def import_offices(content: bytes, *, digest: str = "", by: User | None, now: datetime) -> Plan:
    """Write what the look showed; rows with an error are left out. Returns what was done.

    With `digest`, of the plan that somebody saw, nothing is written when it would be another by now. Raises
    ImportRefused.
    """
    plan = plan_offices(content, now=now)
    if digest and plan.digest != digest:
        raise ImportRefused(_("An office was changed since you looked at the file. Please look once more."))
    if not plan.to_write:
        raise ImportRefused(_("There is nothing in this file that could be imported."))
    return write_plan(plan, by=by, now=now)


@transaction.atomic
def write_plan(plan: Plan, *, by: User | None, now: datetime, fictional: bool = False) -> Plan:
    """Write a plan of this very moment. `fictional` is for the demonstration alone."""
    for row in plan.to_write:
        office = row.office or Recipient(slug=row.slug, is_fictional=fictional)
        named = {name: value for (name, language), value in row.values.items() if not language and name not in OWN}
        for name, value in named.items():
            setattr(office, name, value)
        office.channels = _ways(row, office)
        office.channel = office.channels[0]
        office.is_hostile = office.is_hostile or office.role == Recipient.Role.DUTY_BEARER
        if office.pk:
            office.changed_at = now
        office.save()
        _write_forms(row, office)
        _write_holder(row, office, timezone.localdate(now))
        act = "letters.change_recipient" if row.office else "letters.add_recipient"
        audit.record(act, office, by=by, now=now, source="import")
    _write_parents(plan.to_write)
    return plan


def _looked_at(record: Record, offices: dict[str, Recipient], today: date) -> Row:
    slug = record.cells.get(("slug", ""), "").lower()
    row = Row(record.number, slug[:80], record.cells.get(("name", ""), "")[:250], office=offices.get(slug))
    for key, written in record.cells.items():
        try:
            row.values[key] = value_of(column_of(key), written)
        except CellRefused as exc:
            row.errors.append((label_of(key), str(exc)))
    if not slug:
        row.errors.append((label_of(("slug", "")), _("Each office needs an address of its page.")))
    row.name = row.name or (row.office.name if row.office else "")
    refused = {label for label, _sentence in row.errors}
    if row.office is None:
        for name in DEMANDED:
            has = (name, "") in row.values or (name == "channel" and row.values.get(("channels", "")))
            if not has and label_of((name, "")) not in refused:
                row.errors.append((label_of((name, "")), _("A new office needs this.")))
    row.errors += _contradictions(row, today)
    if row.office is not None and not row.errors:
        row.changes = _changes(row, row.office, today)
    return row


def _contradictions(row: Row, today: date) -> Iterable[tuple[str, str]]:
    def said(name: str) -> Any:
        return row.values.get((name, ""))

    for name in ("holder_since", "holder_as_of", "verified_on"):
        if name != "holder_since" and said(name) and said(name) > today:
            yield label_of((name, "")), _("This day lies ahead.")
    if said("holder") and not said("holder_as_of"):
        yield label_of(("holder_as_of", "")), _("Write the day on which you knew that this person holds the office.")
    if said("review_due_on") and said("verified_on") and said("review_due_on") <= said("verified_on"):
        yield label_of(("review_due_on", "")), _("The next review comes after the last.")
    if row.office and row.office.is_hostile and said("is_hostile") is False:
        sentence = _("A file does not take this mark away. Do it at the office, if it is right.")
        yield label_of(("is_hostile", "")), sentence


def _changes(row: Row, office: Recipient, today: date) -> list[tuple[str, str, str]]:
    found = []
    forms = {form.language: form for form in office.forms_of_address.all()}
    for key, new in row.values.items():
        name, language = key
        if name in OWN and name not in {"parent", "channels", "holder"}:
            continue
        if language:
            old = getattr(forms.get(language), name, "")
        elif name == "holder":
            holder = office.holder_on(today)
            old = holder.name if holder else ""
        elif name == "parent":
            old = office.parent.slug if office.parent else ""
        elif name == "channels":
            old, new = list(office.ways), _ways(row, office)
        else:
            old = getattr(office, name)
            old = str(old) if name == "country" else old
        if old != new:
            found.append((label_of(key), in_words(name, old), in_words(name, new)))
    return found


def _ways(row: Row, office: Recipient) -> list[str]:
    """The channels after the import, the preferred one first."""
    first, others = row.values.get(("channel", "")), row.values.get(("channels", ""))
    known = others if others is not None else (list(office.channels) if office.pk else [])
    if first is None:
        first = known[0] if others else str(office.channel)
    return list(dict.fromkeys([str(first), *(str(way) for way in known)]))


def _write_forms(row: Row, office: Recipient) -> None:
    """A form of address for each language the row says something in."""
    said: dict[str, dict[str, str]] = {}
    for (name, language), value in row.values.items():
        if language:
            said.setdefault(language, {})[name] = value
    for language, values in said.items():
        values.setdefault("name", "")
        FormOfAddress.objects.update_or_create(
            recipient=office,
            language=language,
            defaults={name: value for name, value in values.items() if value},
            create_defaults={**values, "name": values["name"] or office.name},
        )


def _write_holder(row: Row, office: Recipient, today: date) -> None:
    """Another name is another holder: the one before left when this one came, or when we knew."""
    name = row.values.get(("holder", ""))
    if not name:
        return
    known_on = row.values["holder_as_of", ""]  # demanded with the name
    source = row.values.get(("holder_source", ""), "")
    before = office.holder_on(today)
    if before and before.name == name:
        before.known_on, before.source = known_on, source or before.source
        before.save(update_fields=["known_on", "source"])
        return
    since = row.values.get(("holder_since", ""))
    if before:
        since = since or known_on
        before.until = max(since, before.since) if before.since else since
        before.save(update_fields=["until"])
    Holder.objects.create(recipient=office, name=name, since=since, known_on=known_on, source=source)


def _write_parents(rows: list[Row]) -> None:
    """Last, since a parent may stand further down in the file."""
    wanted = {row.slug: row.values[("parent", "")] for row in rows if row.values.get(("parent", ""))}
    ids = dict(Recipient.objects.filter(slug__in=wanted.values()).values_list("slug", "pk"))
    for slug, parent in wanted.items():
        if parent in ids:
            Recipient.objects.filter(slug=slug).update(parent=ids[parent])


def in_words(name: str, value: Any) -> str:
    """A value as staff read it."""
    if isinstance(value, list):
        labels = {**dict(Channel.choices), **(dict(Format.choices) if name == "accepts_formats" else {})}
        shown = labels if name in {"channels", "accepts_formats"} else {}
        return ", ".join(str(shown.get(item, item)) for item in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    choices = {"kind": Recipient.Kind, "role": Recipient.Role, "channel": Channel}.get(name)
    if choices and value:
        return str(dict(choices.choices).get(value, value))
    return str(value) if value else "–"
