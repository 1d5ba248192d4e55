"""What happened to a statement, in the order of its days: read in as few queries as its page can be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts import switches
from accounts.models import Switch
from campaigns.models import CampaignText
from letters.ledger import public_letters
from letters.models import Letter, Reply
from statements.models import Erratum, PressText, Proposal, Statement, Translation, Version


@dataclass(frozen=True)
class Event:
    """One line: its day, what happened, and where on the site more of it stands (a path, or "")."""

    on: date
    words: str
    url_name: str = ""  # "recipient" or "version"
    argument: str = ""  # slug or number
    detail: str = ""


def public_statement(slug: str) -> Statement:
    """The statement behind a public address with all its versions and texts, in two queries. Raises Http404."""
    decided = Proposal.objects.filter(statement=OuterRef("pk"), state=Proposal.State.AGREED).order_by("-pk")
    titles = CampaignText.objects.filter(campaign=OuterRef("campaign"))
    statement = (
        Statement.objects.public(timezone.now())
        .filter(slug=slug)
        .select_related("campaign")
        .annotate(
            has_press=Exists(PressText.objects.filter(statement=OuterRef("pk"))),
            title_here=Subquery(titles.filter(language=get_language()).values("title")[:1]),
            title_english=Subquery(titles.filter(language="en").values("title")[:1]),
            gone_at=Subquery(
                decided.filter(act__in=[Proposal.Act.WITHDRAW, Proposal.Act.ARCHIVE]).values("decided_at")[:1]
            ),
        )
        .first()
    )
    if statement is None:
        raise Http404
    _attach_versions(statement)
    return statement


def campaign_title(statement: Statement) -> str:
    """Of its campaign, in the page's language."""
    here = getattr(statement, "title_here", None) or getattr(statement, "title_english", None)
    return here or str(statement.campaign)


def letters_of(statement: Statement) -> list[Letter]:
    """Letters that left with any of its versions, newest first, with what came back; two queries."""
    digests = [version.digest for version in statement.versions.all() if version.digest]
    return list(public_letters().filter(text_digest__in=digests)) if digests else []


def timeline(statement: Statement, letters: Iterable[Letter], errata: Iterable[Erratum]) -> list[Event]:
    """Newest first; what shares a day, in the order in which such things follow each other.

    It asks the database nothing: give it what the page has read.
    """
    letters = list(letters)
    locked = (version for version in statement.versions.all() if version.locked_at)
    versions = sorted(locked, key=lambda version: version.number)
    events = _versions(statement, versions)
    if statement.public_since and statement.public_since <= timezone.now() and not statement.is_elsewhere:
        events.append(Event(_day(statement.public_since), _("Published here")))
    events += [*_sent(letters, versions), *_answers(letters)]
    for erratum in errata:
        events.append(Event(_day(erratum.published_at), _("A correction was published"), detail=erratum.local_text))
    gone_at = getattr(statement, "gone_at", None)
    if gone_at and statement.state in {Statement.State.WITHDRAWN, Statement.State.ARCHIVED}:
        withdrawn = statement.state == Statement.State.WITHDRAWN
        events.append(Event(_day(gone_at), _("Withdrawn") if withdrawn else _("Archived")))
    return sorted(events, key=lambda event: event.on)[::-1]


def _versions(statement: Statement, versions: list[Version]) -> list[Event]:
    """A change of a text that was open for co-signing; the first wording is no event for the public."""
    found = []
    for version in versions:
        if version.change and version.locked_at:
            words = _("Version %d: the wording was edited") if version.change == Version.Change.EDITORIAL else ""
            words = words or _("Version %d: the text changed in substance, and everybody was asked again")
            event = Event(_day(version.locked_at), words % version.number, "version", str(version.number))
            found.append(event)
    return found


def _sent(letters: list[Letter], versions: list[Version]) -> list[Event]:
    """One line for each day and version on which letters left."""
    numbers = {version.digest: version.number for version in versions}
    days: dict[tuple[date, int], int] = {}
    for letter in letters:
        key = (_day(letter.left_at), numbers.get(letter.text_digest, 0))  # type: ignore[attr-defined]
        days[key] = days.get(key, 0) + 1
    return [
        Event(
            day,
            ngettext("Sent to %(count)d office", "Sent to %(count)d offices", count) % {"count": count},
            detail=_("with the text of version %d") % number if len(versions) > 1 and number else "",
        )
        for (day, number), count in days.items()
    ]


def _answers(letters: list[Letter]) -> list[Event]:
    """What came back, by its day. Of a real office nothing is told in a demonstration but what is public."""
    demonstration = switches.is_on(Switch.Key.DEMONSTRATION)
    found = []
    for letter in letters:
        if demonstration and not letter.recipient.is_fictional:
            continue
        for reply in letter.replies.all():
            said = {
                Reply.Kind.ACKNOWLEDGEMENT: _("%s confirmed receipt"),
                Reply.Kind.AUTOMATIC: _("An automatic answer came from %s"),
                Reply.Kind.REFUSAL: _("%s refused"),
            }.get(Reply.Kind(reply.kind), _("%s answered"))
            office: str = letter.office  # type: ignore[attr-defined]
            found.append(Event(reply.received_on, said % office, "recipient", letter.recipient.slug))
    return found


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _attach_versions(statement: Statement) -> None:
    """Fill `versions` and the `translations` of each, as prefetching would in two queries; those without a text not."""
    by_version: dict[int, Version] = {}
    rows = Translation.objects.filter(version__statement=statement).select_related("version")
    texts: dict[int, list[Translation]] = {}
    for row in rows.order_by("-version__number", "status", "language"):
        version = by_version.setdefault(row.version_id, row.version)
        row.version = version
        version.statement = statement
        texts.setdefault(row.version_id, []).append(row)
    for pk, version in by_version.items():
        _remember(version, "translations", Translation.objects.all(), texts[pk])
    _remember(statement, "versions", Version.objects.all(), list(by_version.values()))


def _remember(row: Any, name: str, empty: Any, rows: list[Any]) -> None:
    """Put rows where prefetch_related() would."""
    empty._result_cache = rows
    empty._prefetch_done = True
    if not hasattr(row, "_prefetched_objects_cache"):
        row._prefetched_objects_cache = {}
    row._prefetched_objects_cache[name] = empty
