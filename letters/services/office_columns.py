"""The columns of a file of offices: how each is headed, what a cell of it may say, and in which words it is refused."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_fields import language_choices
from accounts.tables import country_code, day_written, is_yes, plain
from letters.models import FormOfAddress, Holder, Recipient
from letters.models.recipient import Channel, Format
from privacy.addresses import InvalidAddress, normalize
from privacy.text import OneLineField

NO = {"", "0", "n", "no", "false", "-", "아니요", "아니오"}
IN_A_CELL = re.compile(r"\s*[;|,\n]\s*")  # what divides several values in one cell
LINES_IN_A_CELL = re.compile(r"\s*[|\n]\s*")  # a line of an address may hold a comma
SPREADSHEET_ERROR = re.compile(r"#(?:NAME|REF|VALUE|N/A|NULL!|DIV/0!|NUM|SPILL)\b[?!]?")
FAX = re.compile(r"[+0-9 ()./-]{5,40}")
HTTP = URLValidator(schemes=["http", "https"])


class CellRefused(ValueError):
    """What stands in a cell cannot be taken; str() is the sentence."""


Clean = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """`name` is its heading, with "_en" and so on behind it where it is said in each language."""

    name: str
    label: str | Promise
    clean: Clean
    also: frozenset[str] = frozenset()  # other headings, in lower case
    by_language: bool = False


def value_of(column: Column, written: str) -> Any:
    """What the cell says. Raises CellRefused."""
    if written.startswith("=") or SPREADSHEET_ERROR.fullmatch(written):
        raise CellRefused(_("Here stands a formula or its failure. Write what it should give."))
    return column.clean(written)


def _line(limit: int) -> Clean:
    field = OneLineField(required=False)

    def clean(written: str) -> str:
        try:
            text: str = field.clean(" ".join(written.split("\n")))
        except forms.ValidationError as exc:
            raise CellRefused(exc.messages[0]) from exc
        if len(text) > limit:
            raise CellRefused(_("This is longer than %d characters.") % limit)
        return text

    return clean


def _of(model: type, name: str) -> Clean:
    return _line(model._meta.get_field(name).max_length)  # type: ignore[attr-defined]


def _slug(written: str) -> str:
    try:
        validate_slug(written)
    except ValidationError as exc:
        raise CellRefused(_("Only Latin letters, digits, hyphens and underscores may stand here.")) from exc
    if len(written) > 80:
        raise CellRefused(_("This is longer than %d characters.") % 80)
    return written.lower()


def _choice(choices: Any) -> Clean:
    """One of them, by its code or its label in the language of whoever looks."""

    def clean(written: str) -> str:
        known = {plain(value): value for value in choices.values}
        known |= {plain(value.replace("_", " ")): value for value in choices.values}
        known |= {plain(str(label)): value for value, label in choices.choices}
        if (found := known.get(plain(written))) is None:
            raise CellRefused(
                _("“%(written)s” is none of these: %(known)s.")
                % {"written": written[:40], "known": ", ".join(choices.values)}
            )
        return str(found)

    return clean


def _several(one: Clean, divider: re.Pattern[str] = IN_A_CELL) -> Clean:
    def clean(written: str) -> list[str]:
        return list(dict.fromkeys(one(part) for part in divider.split(written) if part))

    return clean


def _country(written: str) -> str:
    code = country_code(written)
    if code is None:
        raise CellRefused(_("This country is not known. Write its two letters, such as KR."))
    return code


def _day(written: str) -> date:
    day = day_written(written)
    if day is None:
        raise CellRefused(_("This day cannot be read. Write it like 2026-05-03."))
    return day


def _yes_or_no(written: str) -> bool:
    if is_yes(written):
        return True
    if plain(written) in NO:
        return False
    raise CellRefused(_("Write yes or no."))


def _email(written: str) -> str:
    try:
        return normalize(written)
    except InvalidAddress as exc:
        raise CellRefused(_("This is no e-mail address.")) from exc


def _url(written: str) -> str:
    try:
        HTTP(written)
    except ValidationError as exc:
        raise CellRefused(_("This is no address of a page. It begins with https://.")) from exc
    return written


def _fax(written: str) -> str:
    if not FAX.fullmatch(written):
        raise CellRefused(_("Write the number with digits, blanks and a plus sign."))
    return written


def _language(written: str) -> str:
    code = written.strip().lower()
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", code):
        raise CellRefused(_("Write languages by their codes, such as en, ko."))
    return code


def _also(*names: str) -> frozenset[str]:
    return frozenset(names)


COLUMNS = [
    Column("slug", gettext_lazy("address of the page"), _slug, _also("id")),
    Column("name", gettext_lazy("name"), _of(Recipient, "name"), _also("office", "이름", "기관")),
    Column("kind", gettext_lazy("kind"), _choice(Recipient.Kind)),
    Column("role", gettext_lazy("role"), _choice(Recipient.Role)),
    Column("country", gettext_lazy("State concerned"), _country, _also("state", "국가")),
    Column("accredited_to", gettext_lazy("accredited to"), _of(Recipient, "accredited_to")),
    Column("city", gettext_lazy("city"), _of(Recipient, "city"), _also("도시")),
    Column("parent", gettext_lazy("part of"), _slug),
    Column("holder", gettext_lazy("holder of the office"), _of(Holder, "name")),
    Column("holder_since", gettext_lazy("in office since"), _day),
    Column("holder_as_of", gettext_lazy("holder known on"), _day, _also("holder_known_on")),
    Column("holder_source", gettext_lazy("how we know the holder"), _of(Holder, "source")),
    Column("channel", gettext_lazy("preferred channel"), _choice(Channel)),
    Column("channels", gettext_lazy("all channels"), _several(_choice(Channel))),
    Column("email", gettext_lazy("e-mail address"), _email, _also("e-mail", "이메일", "전자우편")),
    Column("postal_lines", gettext_lazy("postal address"), _several(_line(200), LINES_IN_A_CELL), _also("address")),
    Column("form_url", gettext_lazy("address of its web form"), _url),
    Column("fax_number", gettext_lazy("fax number"), _fax, _also("fax")),
    Column("accepts_formats", gettext_lazy("formats it takes"), _several(_choice(Format)), _also("formats")),
    Column("languages", gettext_lazy("languages it reads"), _several(_language)),
    Column("is_hostile", gettext_lazy("hostile"), _yes_or_no, _also("hostile")),
    Column("is_active", gettext_lazy("in use"), _yes_or_no, _also("in_use")),
    Column("verified_on", gettext_lazy("last verified"), _day, _also("verified")),
    Column("review_due_on", gettext_lazy("to be verified again on"), _day, _also("review_due")),
    *(
        Column(name, label, _of(FormOfAddress, name), by_language=True)
        for name, label in (
            ("name", gettext_lazy("name")),
            ("state_name", gettext_lazy("State, as a letter names it")),
            ("envelope", gettext_lazy("envelope line")),
            ("salutation", gettext_lazy("salutation")),
            ("closing", gettext_lazy("closing")),
        )
    ),
]
DEMANDED = ("name", "kind", "role", "channel")  # of a new office

Key = tuple[str, str]  # name of the column, and its language or ""


def known_columns(headings: Iterable[str]) -> tuple[dict[str, Key], list[str]]:
    """{heading: key} of those we know, and the others. Two headings may mean the same: the caller looks."""
    languages = {code for code, _name in (*settings.LANGUAGES, *language_choices())}
    found: dict[str, Key] = {}
    unknown = []
    for heading in headings:
        if key := _key(plain(heading).replace(" ", "_"), languages):
            found[heading] = key
        else:
            unknown.append(heading)
    return found, unknown


def column_of(key: Key) -> Column:
    name, language = key
    return next(column for column in COLUMNS if column.name == name and column.by_language == bool(language))


def label_of(key: Key) -> str:
    label = capfirst(str(column_of(key).label))
    return f"{label} ({key[1]})" if key[1] else label


def _key(heading: str, languages: set[str]) -> Key | None:
    for column in COLUMNS:
        if not column.by_language and (heading == column.name or heading in column.also):
            return column.name, ""
        if column.by_language and heading.startswith(f"{column.name}_"):
            language = heading.removeprefix(f"{column.name}_").replace("_", "-")
            if language in languages:
                return column.name, language
    return None
