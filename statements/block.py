"""The signature block: one list of who stands under a text, in one order, for the page, plain text, PDF and DOCX."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from campaigns.models import Organization
from letters.rendering import Signatory as PrintedName
from statements.models import CoSignature, Statement, Version

Order = Statement.Order

ECOSOC_FIRST: list[str] = [
    Organization.Ecosoc.GENERAL,
    Organization.Ecosoc.SPECIAL,
    Organization.Ecosoc.ROSTER,
    Organization.Ecosoc.NONE_FOUND,
    Organization.Ecosoc.UNKNOWN,
]
LAST = 10_000  # the place of whoever was given none


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who stands under the text, as a block needs to know it; `name` is in the language of the block."""

    name: str
    signed_at: datetime
    slug: str = ""  # of the organization's page; "" for a person
    country: str = ""  # ISO 3166 code
    ecosoc: str = Organization.Ecosoc.UNKNOWN
    is_lead: bool = False
    position: int | None = None  # in the order by hand
    is_late: bool = False
    withdrawn_at: datetime | None = None
    is_person: bool = False  # in a personal capacity
    affiliation: str = ""  # for identification only
    logo_url: str = ""  # "" without the organization's consent


@dataclass(frozen=True, kw_only=True)
class Line:
    """One name as it is shown, with what stands small beside it."""

    name: str
    note: str = ""
    slug: str = ""
    logo_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Names under one heading; the first group of a block has none."""

    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Block:
    """What every output shows, in its language. `notes` are sentences after the names, without a name in them."""

    language: str
    count: int  # of organizations, confidential and late ones included; persons apart
    groups: Sequence[Group] = ()
    notes: Sequence[str] = field(default=())

    @property
    def names(self) -> list[str]:
        """Every name in the order shown."""
        return [line.name for group in self.groups for line in group.lines]

    def as_text(self) -> str:
        """For an e-mail or a form to paste into: a name a line, groups apart."""
        parts = []
        for group in self.groups:
            lines = [f"{line.name} ({line.note})" if line.note else line.name for line in group.lines]
            parts.append("\n".join([f"{group.heading}:", *lines] if group.heading else lines))
        return "\n\n".join([*parts, *self.notes])

    def printed(self) -> list[tuple[str, list[PrintedName]]]:
        """For a sheet of paper, PDF or DOCX: (heading, names) of each group."""
        return [
            (group.heading, [PrintedName(name=line.name, note=line.note) for line in group.lines])
            for group in self.groups
        ]


def build_block(
    signatories: Iterable[Signatory], *, order: str, language: str, confidential: int = 0, hidden: bool = False
) -> Block:
    """Put the signatories in order and into groups: who signed in time, late ones, persons.

    `confidential` organizations are counted and never named. `hidden` leaves the count and names nobody.
    """
    rows = list(signatories)
    count = sum(not row.is_person for row in rows) + confidential
    with translation.override(language):
        if hidden:
            notes = [_("Names are hidden at present.")] if rows or confidential else []
            return Block(language=language, count=count, notes=notes)
        in_time = [row for row in rows if not row.is_late and not row.is_person]
        late = [row for row in rows if row.is_late and not row.is_person]
        persons = [row for row in rows if row.is_person]
        groups = [
            Group(heading=heading, lines=[_line(row, order, language) for row in _sorted(members, order, language)])
            for heading, members in (
                ("", in_time),
                (_("Signed later"), late),
                (_("In a personal capacity, affiliation for identification only"), persons),
            )
            if members
        ]
        notes = []
        if confidential:
            notes = [
                ngettext(
                    "%d more organization signed and asked not to be named.",
                    "%d more organizations signed and asked not to be named.",
                    confidential,
                )
                % confidential
            ]
        return Block(language=language, count=count, groups=groups, notes=notes)


def block_of(statement: Statement, version: Version, language: str, *, order: str = "") -> Block:
    """The block of a statement in its chosen order, or in another. One query."""
    rows = statement.cosignatures.on(version).select_related("organization").defer("signer_name")
    return build_block(
        [_signatory(row, language) for row in rows],
        order=order or statement.signature_order,
        language=language,
        hidden=statement.names_hidden,
    )


def _signatory(row: CoSignature, language: str) -> Signatory:
    """The one place that knows in which columns all this is kept."""
    organization = row.organization
    return Signatory(
        name=row.name_in(language),
        signed_at=row.signed_at,
        slug=organization.slug,
        country=str(organization.country or ""),
        ecosoc=organization.ecosoc_status,
        is_lead=row.is_lead,
        position=row.position,
    )


def _line(row: Signatory, order: str, language: str) -> Line:
    notes = []
    if row.is_lead:
        notes.append(_("Lead organization"))
    if row.affiliation:
        notes.append(row.affiliation)
    if order == Order.COUNTRY and row.country:
        notes.append(str(countries.name(row.country)))
    if order == Order.ECOSOC and not row.is_person:
        known = row.ecosoc in ECOSOC_FIRST[:3]
        notes.append(str(Organization.Ecosoc(row.ecosoc).label) if known else _("without consultative status"))
    return Line(name=row.name, note=", ".join(notes), slug=row.slug, logo_url=row.logo_url)


def _sorted(rows: list[Signatory], order: str, language: str) -> list[Signatory]:
    """By the order, and by name where that says nothing; who leads is first except by hand."""

    def key(row: Signatory) -> Any:
        name = collation_key(row.name, language)
        match order:
            case Order.HAND:
                return (LAST if row.position is None else row.position, name)
            case Order.NAME:
                return (name,)
            case Order.DATE:
                return (row.signed_at, name)
            case Order.COUNTRY:
                country = collation_key(str(countries.name(row.country)), language) if row.country else (9, "", "")
                return (country, name)
            case Order.ECOSOC:
                known = row.ecosoc in ECOSOC_FIRST[:3]
                return (ECOSOC_FIRST.index(row.ecosoc) if known else 3, name)
            case _:
                return (not row.is_lead, row.position or LAST if row.is_lead else LAST, name)

    return sorted(rows, key=key)


_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_OUTSIDE = re.compile(r"[^\w]+")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+")


def collation_key(name: str, language: str) -> tuple[int, str, str]:
    """Where a name stands in a list of this language: its own script first, marks and cases set aside.

    Hangul syllables are in dictionary order by their numbers. In Korean they come before Latin, in other languages
    after it; an English article does not count.
    """
    letters = _OUTSIDE.sub(" ", unicodedata.normalize("NFC", name)).strip()
    first = letters[:1]
    is_hangul = bool(_HANGUL.match(first))
    is_latin = bool(first) and (first.isdigit() or "LATIN" in unicodedata.name(first, ""))
    own, next_to_it = (is_hangul, is_latin) if language == "ko" else (is_latin, is_hangul)
    rank = 0 if own else 1 if next_to_it else 2
    if not is_hangul:
        plain = unicodedata.normalize("NFKD", letters).casefold()
        letters = "".join(character for character in plain if not unicodedata.combining(character))
        letters = _ARTICLE.sub("", letters)
    return rank, letters, name
