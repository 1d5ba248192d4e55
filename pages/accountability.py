"""Who was asked what, when and by how many, and what came back, demand by demand: for one office, or for a campaign.

Nothing is said of an office that is not known. In a demonstration nothing is said of a real office, not even that it
was silent: it never got a letter from here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import switches
from accounts.models import Switch
from campaigns.languages import in_language
from campaigns.models import Campaign, DemandText
from letters.ledger import public_letters
from letters.models import CodedReply, Letter, Recipient, Reply
from letters.templatetags.ledger import in_page_language

Verdict = CodedReply.Verdict


class Standing(TextChoices):
    """Where an office stands, in the order of the page."""

    ANSWERED = "answered", _("Answered")
    ACKNOWLEDGED = "acknowledged", _("Receipt confirmed, no answer yet")
    SILENT = "silent", _("No answer yet")
    WRITTEN = "written", _("Written to")  # a real office in a demonstration: nothing more is said
    NOT_ASKED = "not_asked", _("Not yet asked from here")


@dataclass(frozen=True)
class Said:
    """What an office said of one demand, in a public answer; `words` in the page's language, or ""."""

    verdict: str
    words: str
    on: date

    @property
    def label(self) -> str:
        return str(Verdict(self.verdict).label)

    @property
    def tone(self) -> str:
        """The mark beside it, as answers have it elsewhere."""
        return {"promise": "answered", "partial": "received", "refusal": "refused"}.get(self.verdict, "")


@dataclass
class Office:
    """One office with everything that left for it in this campaign, newest letter first."""

    recipient: Recipient
    name: str
    standing: str
    letters: list[Letter] = field(default_factory=list)
    days: int | None = None  # of silence, since the first letter that still waits
    said: dict[int, Said] = field(default_factory=dict)  # by demand

    @property
    def asked_on(self) -> date | None:
        """The day of the first letter."""
        moments = [letter.left_at for letter in self.letters]  # type: ignore[attr-defined]
        return timezone.localdate(min(moments)) if moments else None

    @property
    def answered_on(self) -> date | None:
        days = [reply.received_on for letter in self.letters for reply in letter.replies.all() if reply.is_answer]
        return max(days, default=None)


@dataclass(frozen=True)
class Group:
    standing: str
    offices: list[Office]

    @property
    def label(self) -> str:
        return str(Standing(self.standing).label)


def demands_of(*campaigns: Any) -> list[DemandText]:
    """What the campaigns ask, each in the page's language, in its order; one query."""
    rows = DemandText.objects.filter(demand__campaign__in=campaigns).select_related("demand")
    by_demand: dict[int, list[DemandText]] = {}
    for row in rows.order_by("demand__position", "demand_id"):
        by_demand.setdefault(row.demand_id, []).append(row)
    return [text for texts in by_demand.values() if (text := in_language(texts))]


def office_of(recipient: Recipient, letters: Iterable[Letter], *, demonstration: bool, now: datetime) -> Office:
    """Where one office stands, by the letters that left for it. The letters need public_letters() and their codes."""
    office = Office(recipient, recipient.local_name, Standing.NOT_ASKED, list(letters))
    if not office.letters:
        return office
    replies = [reply for letter in office.letters for reply in letter.replies.all()]
    if any(reply.is_answer for reply in replies):
        office.standing = Standing.ANSWERED
    elif demonstration and not recipient.is_fictional:
        office.standing = Standing.WRITTEN
        return office
    else:
        office.standing = Standing.ACKNOWLEDGED if replies else Standing.SILENT
    silences = [letter.days_of_silence(now) for letter in office.letters]
    office.days = max((days for days in silences if days is not None), default=None)
    office.said = said_by(replies)
    return office


def said_by(replies: Iterable[Reply]) -> dict[int, Said]:
    """The newest public word on each demand."""
    found: dict[int, Said] = {}
    for reply in sorted(replies, key=lambda row: (row.received_on, row.pk)):
        if reply.is_public and reply.is_answer:
            for code in reply.codes.all():
                found[code.demand_id] = Said(code.verdict, in_page_language(code.words), reply.received_on)
    return found


def of_recipient(recipient: Recipient, letters: list[Letter]) -> dict[str, Any]:
    """What the page of an office shows of all this; one query for the demands, where there are letters."""
    campaigns = {letter.release.campaign_id for letter in letters} - {None}
    demonstration = switches.is_on(Switch.Key.DEMONSTRATION)
    return {
        "office": office_of(recipient, letters, demonstration=demonstration, now=timezone.now()),
        "demands": demands_of(*campaigns) if campaigns else [],
        "today": timezone.localdate(),
    }


def answers_to(campaign: Campaign, *, demonstration: bool, now: datetime) -> list[Group]:
    """Every office in use, in groups by where it stands; empty groups are left out. Five queries."""
    by_recipient: dict[int, list[Letter]] = {}
    for letter in with_codes(public_letters().filter(release__campaign=campaign)):
        by_recipient.setdefault(letter.recipient_id, []).append(letter)
    offices = [
        office_of(row, by_recipient.get(row.pk, []), demonstration=demonstration, now=now)
        for row in _offices(by_recipient)
    ]
    groups = []
    for standing in Standing:
        found = [office for office in offices if office.standing == standing]
        if standing in {Standing.SILENT, Standing.ACKNOWLEDGED}:
            found.sort(key=lambda office: (-(office.days or 0), office.name))
        else:
            found.sort(key=lambda office: office.name)
        if found:
            groups.append(Group(standing, found))
    return groups


def with_codes(letters: Any) -> Any:
    """public_letters() with what their answers say of each demand: one query more."""
    return letters.prefetch_related("replies__codes")


def as_data(groups: Iterable[Group], demands: Iterable[DemandText]) -> list[dict[str, Any]]:
    """The table as plain values: one row for each office, for JSON and CSV."""
    keys: Mapping[int, str] = {text.demand_id: text.demand.key for text in demands}
    return [
        {
            "office": office.recipient.slug,
            "name": office.name,
            "fictional": office.recipient.is_fictional,
            "standing": str(group.standing),
            "asked_on": _iso(office.asked_on),
            "letters": len(office.letters),
            "answered_on": _iso(office.answered_on),
            "days_without_answer": office.days,
            "demands": {
                key: {"verdict": said.verdict, "words": said.words, "on": said.on.isoformat()}
                for demand, key in keys.items()
                if (said := office.said.get(demand))
            },
        }
        for group in groups
        for office in group.offices
    ]


def _offices(asked: Mapping[int, Any]) -> list[Recipient]:
    """Offices in use, and those out of use that were written to while they were."""
    rows = Recipient.objects.public() | Recipient.objects.filter(pk__in=list(asked))
    return list(rows.distinct().order_by(F("pk")).prefetch_related("forms_of_address"))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
