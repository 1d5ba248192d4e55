"""The signature block: one list of who stands under a text, in one order, for the page, plain text, PDF and DOCX."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from campaigns.models import Organization
from letters.rendering import Signatory as PrintedName
from statements.models import CoSignature, PersonalSignature, Statement, Version

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
    signed_version: int | None = None  # where it signed an earlier one, from which only editing led to this one
    withdrawn_at: datetime | None = None  # after publication: it stands no more, and is shown apart
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
    """What every output shows, in its language. `notes` are sentences after the names, without a name in them.

    `withdrawn` are those who took their names back in public: on the page and in its files, in no letter or list.
    """

    language: str
    count: int  # of organizations, confidential and late ones included; persons and withdrawn ones apart
    groups: Sequence[Group] = ()
    withdrawn: Sequence[Group] = ()
    is_exact: bool = True  # all of them signed this very version
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
            for group in (*self.groups, *self.withdrawn)
        ]


def build_block(
    signatories: Sequence[Signatory], *, order: str, language: str, confidential: int = 0, hidden: bool = False
) -> Block:
    """Put the signatories in order and into groups: who signed in time, late ones, persons, withdrawn ones.

    `confidential` organizations are counted and never named. `hidden` leaves the count and names nobody.
    """
    rows = [row for row in signatories if row.withdrawn_at is None]
    gone = [row for row in signatories if row.withdrawn_at is not None]
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
        lines = [_line(row, order, language) for row in _sorted(gone, order, language)]
        withdrawn = [Group(heading=_("Withdrawn after publication"), lines=lines)] if lines else []
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
        return Block(
            language=language,
            count=count,
            groups=groups,
            withdrawn=withdrawn,
            is_exact=all(row.signed_version is None for row in rows),
            notes=notes,
        )


def block_of(statement: Statement, version: Version, language: str, *, order: str = "") -> Block:
    """The block of a statement in its chosen order, or in another. Two queries."""
    rows = list(
        CoSignature.objects.in_block(version)
        .select_related("organization__logo", "version")
        .defer("signer_name", "organization__logo__content")
    )
    standing = [row for row in rows if row.withdrawn_at is None]
    unnamed = [row for row in standing if row.is_confidential or row.organization.is_hidden]
    named = [row for row in rows if row not in unnamed]
    return build_block(
        [
            *(_signatory(row, version, language) for row in named),
            *(_person(row, version) for row in PersonalSignature.objects.shown().filter(statement=statement)),
        ],
        order=order or statement.signature_order,
        language=language,
        confidential=len(unnamed),
        hidden=statement.names_hidden,
    )


def _signatory(row: CoSignature, version: Version, language: str) -> Signatory:
    """The one place that knows in which columns all this is kept."""
    organization = row.organization
    has_logo = hasattr(organization, "logo") and organization.logo.is_shown
    return Signatory(
        name=row.name_in(language),
        signed_at=row.signed_at,
        slug=organization.slug if organization.is_public else "",
        country=str(organization.country or ""),
        ecosoc=organization.ecosoc_status,
        is_lead=row.is_lead,
        position=row.position,
        is_late=row.is_late,
        signed_version=row.version.number if row.version_id != version.pk else None,
        withdrawn_at=row.withdrawn_at,
        logo_url=reverse("campaigns:logo", args=[organization.slug]) if has_logo and organization.is_public else "",
    )


def _person(row: PersonalSignature, version: Version) -> Signatory:
    assert row.signed_at is not None  # held by a constraint
    return Signatory(
        name=row.name,
        signed_at=row.signed_at,
        is_person=True,
        is_late=row.is_late,
        affiliation=row.affiliation,
        signed_version=row.version.number if row.version and row.version_id != version.pk else None,
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
    if row.signed_version is not None:
        notes.append(_("signed version %d") % row.signed_version)
    if row.withdrawn_at is not None:
        notes.append(_("withdrawn on %s") % date_format(timezone.localtime(row.withdrawn_at), "DATE_FORMAT"))
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
