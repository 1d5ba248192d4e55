"""A statement on its way to a body: what the checker and the pack in the letters room must know of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.languages import in_language
from campaigns.models import Organization
from letters.counting import Words, count_words
from letters.models import Route, RouteRule, Session, Submission
from letters.route_checks import Facts, Result
from letters.services.submitting import check_route, prepare_submission, routes_taken, rule_for
from letters.submission_packs import Named, Sheet, Text, pages_of, write_sheet
from statements.block import collation_key
from statements.composing import put_notes
from statements.exceptions import TransitionRefused
from statements.models import CoSignature, Statement, Version


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a statement is to go: which route and session, in which language and format, who leads, which case it is.

    `lead` is the number of an organization; None is the lead of the statement, or nobody.
    """

    route: Route
    language: str
    format: str
    session: Session | None = None
    lead: int | None = None
    case: str = ""


@dataclass(frozen=True, kw_only=True)
class _Material:
    text: Text
    named: list[Named]
    words: Words
    confidential: int
    gives_away: list[str]


def check_submission(statement_id: int, way: Way, *, elements: Mapping[str, str], now: datetime) -> Result:
    """The findings for a statement, in whatever state, on one way. Raises TransitionRefused or LettersError."""
    statement = _statement(statement_id)
    version = statement.signable_version or statement.current_version
    facts, _material = _facts(statement, version, way, elements, now)
    return check_route(way.route, facts, session=way.session, now=now)


def known_elements(statement_id: int, way: Way) -> dict[str, str]:
    """Words for what the desk knows itself, by the keys under which bodies ask for it. Raises TransitionRefused."""
    statement = _statement(statement_id)
    version = statement.signable_version or statement.current_version
    material = _material(statement, version, way, {})
    names = [row.name for row in material.named]
    known = {"title": material.text.title}
    if names:
        with translation.override(way.language):
            lead = f"{names[0]} ({Organization.Ecosoc(material.named[0].status).label})"
            known |= dict.fromkeys(("lead", "ngo_name", "submitter_identity"), lead)
            known |= dict.fromkeys(("order", "footnote"), _("On the first page."))
            known |= dict.fromkeys(("stakeholder", "stakeholders"), "; ".join(names))
    return known


def submit_statement(
    statement_id: int, way: Way, *, elements: Mapping[str, str], by: User, now: datetime
) -> Submission:
    """Freeze the pack of the locked text with its signatories as they stand now.

    Raises TransitionRefused, or LettersError with what the body would refuse.
    """
    statement = _statement(statement_id)
    version = statement.signable_version
    if version is None:
        raise TransitionRefused(_("Lock the text first: what is submitted are exactly those words."))
    if statement.names_hidden:
        raise TransitionRefused(_("The names under this statement are hidden, and a submission would carry them."))
    facts, material = _facts(statement, version, way, elements, now)
    if not material.named:
        raise TransitionRefused(_("Nobody who may be named has signed this text yet."))
    return prepare_submission(
        way.route,
        facts,
        sheet=lambda rule: _sheet(way, rule, material, elements, now),
        session=way.session,
        about=f"statement:{version.digest}",
        case=way.case or statement.reference,
        title=material.text.title,
        text_digest=material.text.digest,
        by=by,
        now=now,
    )


def named_organizations(statement: Statement) -> list[tuple[int, str]]:
    """(number, name as signed) of those who may lead a submission: the lead of the statement first."""
    version = statement.signable_version
    if version is None:
        return []
    return [(row.organization_id, row.name_in("en")) for row in _standing(statement, version, None, "en")]


def _statement(statement_id: int) -> Statement:
    statements = Statement.objects.select_related("campaign")
    return statements.prefetch_related("versions__translations", "campaign__texts").get(pk=statement_id)


def _facts(
    statement: Statement, version: Version | None, way: Way, elements: Mapping[str, str], now: datetime
) -> tuple[Facts, _Material]:
    material = _material(statement, version, way, elements)
    rule = rule_for(way.route, way.session, now)
    facts = Facts(
        language=way.language,
        format=way.format,
        words=material.words,
        pages=pages_of(_sheet(way, rule, material, elements, now)) if rule.page_limit is not None else None,
        statuses=[row.status for row in material.named],
        confidential=material.confidential,
        elements=elements,
        other_routes=routes_taken(way.case or statement.reference) - {way.route.pk},
        gives_away=material.gives_away,
    )
    return facts, material


def _material(statement: Statement, version: Version | None, way: Way, elements: Mapping[str, str]) -> _Material:
    row = {text.language: text for text in version.translations.all()}.get(way.language) if version else None
    if version is None or row is None:
        raise TransitionRefused(_("There is no text in this language."))
    if not version.digest:
        put_notes([row])
    campaign = in_language(statement.campaign.texts.all(), way.language)
    named = _standing(statement, version, way.lead, way.language)
    standing = statement.cosignatures.on(version)
    hidden = standing.exclude(pk__in=[signature.pk for signature in named]).select_related("organization")
    secret = [
        name
        for row in hidden.prefetch_related("organization__names")
        for name in (
            row.organization.name,
            *row.names_as_signed.values(),
            *(name.name for name in row.organization.names.all()),
        )
    ]
    places = {"text": [row.title, row.whole], "elements": elements.values()}
    return _Material(
        text=Text(
            language=row.language,
            title=row.title,
            body=row.whole,
            digest=(row.digest if row.status == row.Status.COURTESY else "") or version.digest,
            publisher=campaign.coalition if campaign else "",
        ),
        named=[
            Named(name=signature.name_in(way.language), status=signature.organization.ecosoc_status)
            for signature in named
        ],
        words=count_words(row.whole),
        confidential=len(hidden),
        gives_away=[place for place, words in places.items() if _names_any(words, secret)],
    )


def _standing(statement: Statement, version: Version, lead: int | None, language: str) -> list[CoSignature]:
    """Who may be named: the lead first, then by name."""
    rows = statement.cosignatures.on(version).named().select_related("organization")
    return sorted(
        rows,
        key=lambda row: (
            row.organization_id != lead if lead else not row.is_lead,
            collation_key(row.name_in(language), language),
        ),
    )


def _sheet(way: Way, rule: RouteRule, material: _Material, elements: Mapping[str, str], now: datetime) -> Sheet:
    return write_sheet(
        way.route,
        rule,
        material.text,
        material.named,
        elements=elements,
        words=material.words,
        session=way.session,
        now=now,
    )


def _names_any(words: Iterable[str], names: Iterable[str]) -> bool:
    whole = "\n".join(words).casefold()
    return any(name.casefold() in whole for name in names if name)
