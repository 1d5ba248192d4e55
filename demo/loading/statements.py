"""What organizations say: one statement published elsewhere, one signed and published here, one open for co-signing."""

import re
from datetime import datetime, time, timedelta
from random import Random

from campaigns.models import Campaign, Delegate, Organization, Source
from demo.files import Text, records, texts
from demo.loading.mail import settled_mail
from demo.loading.people import Staff, authority_of
from demo.loading.timeline import SEOUL, Timeline
from statements.anchoring import places
from statements.models import Invitation, ProposedEdit, ReportedSignatory, Statement, Translation, Version
from statements.services import (
    accept_edit,
    close_cosigning,
    confirm_cosignature,
    cosign,
    decline,
    decline_edit,
    invite_organizations,
    lock_version,
    mark_reviewed,
    open_comments,
    open_for_cosigning,
    open_invitation,
    propose_edit,
    publish_statement,
    remind_the_silent,
)

Status = Translation.Status

DEMANDS = re.compile(r"(?:^\d+\. .*\n)+", re.MULTILINE)  # the one numbered list of a text
# (part, paragraph, words, better words, why) that delegates propose for the English draft
COMMENTS = [
    ("body", 1, "is not known to us", "has not been made public", "Somebody may know; nobody has said."),
    ("demands", 3, "every month", "every month until the end of 2025", "A question without an end is not answered."),
    ("body", 2, "be allowed to look", "be allowed to see them", "It is about people."),
    ("title", 1, "every month", "each month", ""),
]
ABOUT = {
    "en": "The %s is an alliance of organizations that work for people who have fled North Korea.",
    "ko": "%s는 북한을 떠난 이들을 위해 일하는 단체들의 연대체입니다.",
}
LOCKED_BECAUSE = "Read by two people; the notes say how far each source goes."
READING = timedelta(minutes=12)  # from opening the text to signing it

# Newsrooms report on statements and sign none; the silent ones have not answered.
DECLINED_JOINT = {"demo-night-bus", "demo-tidal-flat"}
SILENT_JOINT = {"demo-first-snow", "demo-prairie-landing", "demo-camphor-tree", "demo-plum-garden"}
OPENED_JOINT = {"demo-first-snow", "demo-camphor-tree"}
SIGNED_SECOND = {
    "demo-riverbank", "demo-lamp-bearers", "demo-barley-field", "demo-students", "demo-footbridge", "demo-steppe-road",
}  # fmt: skip
FIRST_TIME_SECOND = {"demo-plum-garden"}  # a second person has not confirmed it yet
CONFIDENTIAL = {"demo-footbridge"}  # under the second statement
DECLINED_SECOND = {"demo-tidal-flat"}
OPENED_SECOND = {"demo-geneva", "demo-archive", "demo-towpath", "demo-common-table"}


def load_historical_statement(campaign: Campaign, sources: dict[str, Source], staff: Staff) -> None:
    """Our summary of the real statement of 13 October 2023, and who signed it, spelled as they did."""
    statement = draft("historical-statement", "RLC-S-2023-1", campaign, staff, status={}, place="Seoul")
    head = texts("historical-statement")[0].head
    statement.is_elsewhere, statement.elsewhere_url = True, head["published_elsewhere_url"]
    statement.state = Statement.State.PUBLISHED
    statement.published_at = datetime.combine(statement.dated_on, time(12), tzinfo=SEOUL)
    statement.save()
    signatories = sorted(
        (record for record in records("organizations") if record["signed_2023_10_13"]),
        key=lambda record: record["order_2023_10_13"],
    )
    organizations = Organization.objects.in_bulk([record["id"] for record in signatories], field_name="slug")
    ReportedSignatory.objects.bulk_create(
        ReportedSignatory(
            statement=statement,
            organization=organizations[record["id"]],
            name_as_signed=record["name_as_signed"],
            position=record["order_2023_10_13"],
            source=sources[head["sources"][0]],
        )
        for record in signatories
    )


def load_joint_statement(campaign: Campaign, staff: Staff, timeline: Timeline) -> Statement:
    """Locked 13 days ago, signed by most of the organizations within three days, published nine days ago."""
    statement = draft("joint-statement", "RLC-2023-1", campaign, staff, deadline=timeline.ago(9, 12))
    asked = {delegate.organization.slug for delegate in _delegates()}
    with settled_mail():
        open_for_members(statement, staff, locked_at=timeline.ago(13, 16), invited_at=timeline.ago(12, 10))
    with settled_mail():
        answer(
            statement,
            mornings=[timeline.ago(12, 11), timeline.ago(11, 9), timeline.ago(10, 9), timeline.ago(9, 9)],
            signed=asked - DECLINED_JOINT - SILENT_JOINT,
            declined=DECLINED_JOINT,
            opened=OPENED_JOINT,
            staff=staff,
        )
        remind_the_silent(now=timeline.ago(9, 10))
        close_cosigning(statement.pk, by=staff.editor, now=timeline.ago(9, 12, 5))
        publish_statement(statement.pk, by=staff.approver, now=timeline.ago(9, 15))
    return statement


def load_second_statement(campaign: Campaign, staff: Staff, timeline: Timeline) -> Statement:
    """Open for co-signing for nine more days; many have not answered yet, that of demo.logins.DELEGATE among them."""
    statement = draft("second-statement", "RLC-2023-2", campaign, staff, deadline=timeline.ahead(9, 18))
    statement.late_until = timeline.ahead(16, 18)
    statement.save(update_fields=["late_until"])
    with settled_mail():
        open_for_members(statement, staff, locked_at=timeline.ago(4, 15), invited_at=timeline.ago(3, 10))
    with settled_mail():
        answer(
            statement,
            mornings=[timeline.ago(3, 11), timeline.ago(2, 9), timeline.ago(1, 9)],
            signed=SIGNED_SECOND | FIRST_TIME_SECOND,
            declined=DECLINED_SECOND,
            opened=OPENED_SECOND,
        )
    return statement


def load_draft(campaign: Campaign, staff: Staff, timeline: Timeline) -> None:
    """A draft on which delegates comment: one edit was taken over, one was declined, two wait."""
    statement = draft("draft-statement", "RLC-2023-3", campaign, staff)
    with settled_mail():
        open_comments(statement.pk, until=timeline.ahead(4, 18), by=staff.editor, now=timeline.ago(2, 10))
        text = statement.versions.get().translations.get(language="en")
        paragraphs = {(place.part, place.number): place.words for place in places(text)}
        edits: list[ProposedEdit] = []
        for delegate, (part, number, words, better, why) in zip(_delegates(), COMMENTS, strict=False):
            original = paragraphs[part, number]
            edit = propose_edit(
                statement.pk,
                delegate=delegate,
                language="en",
                part=part,
                number=number,
                original=original,
                wording=original.replace(words, better),
                comment=why,
                now=timeline.ago(1, 9 + len(edits)),
            )
            edits.append(edit)
        accept_edit(edits[0].pk, wording=edits[0].wording, by=staff.editor, now=timeline.ago(1, 15))
        reason = "A date would bind us longer than the campaign may last."
        decline_edit(edits[1].pk, reason=reason, by=staff.editor, now=timeline.ago(1, 15, 10))


def draft(
    name: str,
    reference: str,
    campaign: Campaign,
    staff: Staff,
    *,
    status: dict[str, Translation.Status] | None = None,
    place: str = "",
    deadline: datetime | None = None,
) -> Statement:
    """The statement with its first version; a language without a status is a courtesy translation."""
    in_languages = texts(name)
    head = in_languages[0].head
    statement = Statement.objects.create(
        campaign=campaign,
        slug=head["id"],
        reference=reference,
        kind=head["kind"],
        dated_on=head["date"],
        place=place,
        deadline=deadline,
        author=staff.editor,
    )
    version = Version.objects.create(statement=statement, last_written_by=staff.editor)
    coalitions = {row.language: row.coalition for row in campaign.texts.all()}
    statuses = {"en": Status.AUTHORITATIVE, "ko": Status.OFFICIAL} if status is None else status
    for text in in_languages:
        body, demands = _parts(text)
        Translation.objects.create(
            version=version,
            language=text.language,
            status=statuses.get(text.language, Status.COURTESY),
            title=text.head["title"],
            summary=text.head["summary"],
            body=body,
            demands=demands,
            about=ABOUT[text.language] % coalitions[text.language],
            press_contact=campaign.contact_address,
            written_by=staff.editor,
        )
    return statement


def _parts(text: Text) -> tuple[str, list[str]]:
    """(body, demands): the list of demands for itself, and each note tied to the sources that the head names for it."""
    body, demands = text.body, list(text.head.get("demands", []))
    printable = set(Source.objects.filter(is_public=True).values_list("slug", flat=True))
    for key, slugs in text.head.get("footnotes", {}).items():
        ties = " ".join(f"[^{slug}]" for slug in slugs if slug in printable)
        body = "\n".join(
            f"{line} {ties}".rstrip() if line.startswith(f"[^{key}]: ") else line for line in body.split("\n")
        )
    if not demands and (found := DEMANDS.search(body)):
        demands = [words.strip() for words in re.split(r"^\d+\. ", found.group(), flags=re.MULTILINE) if words.strip()]
        body = DEMANDS.sub("{{ demands }}\n", body)
    return body, demands


def open_for_members(
    statement: Statement, staff: Staff, *, locked_at: datetime, invited_at: datetime, only: set[str] | None = None
) -> None:
    """Lock and open it, and ask every member, or `only` these (slugs)."""
    mark_reviewed(statement.pk, "ko", by=staff.approver, now=locked_at - READING)
    lock_version(statement.pk, by=staff.editor, now=locked_at, reason=LOCKED_BECAUSE)
    open_for_cosigning(statement.pk, by=staff.editor, now=locked_at)
    members = Organization.objects.members().order_by("pk").prefetch_related("names")
    if only is not None:
        members = members.filter(slug__in=only)
    invite_organizations(statement.pk, members, by=staff.editor, now=invited_at)


def answer(
    statement: Statement,
    *,
    mornings: list[datetime],
    signed: set[str],
    declined: set[str],
    opened: set[str],
    staff: Staff | None = None,
) -> None:
    """The delegates of these organizations (slugs) sign, decline, or only open the text, on one of the mornings.

    With `staff`, whoever signs for the first time is confirmed; else the co-signature waits for a second person.
    """
    digest = statement.versions.get().digest
    invitations = dict(Invitation.objects.filter(statement=statement).values_list("organization__slug", "pk"))
    acting = [delegate for delegate in _delegates() if delegate.organization.slug in signed | declined | opened]
    for delegate, moment in zip(acting, _moments(mornings, len(acting)), strict=True):
        slug, user = delegate.organization.slug, delegate.user
        open_invitation(invitations[slug], by=user, now=moment)
        if slug in declined:
            decline(statement.pk, delegate=delegate, now=moment)
        if slug in signed:
            cosignature = cosign(
                statement.pk,
                delegate=delegate,
                digest=digest,
                signer_name=user.name,
                signer_title=delegate.title,
                authority=authority_of(delegate),
                language_read=user.language,
                is_confidential=slug in CONFIDENTIAL and statement.late_until is not None,
                now=moment + READING,
            )
            if staff and cosignature.confirmed_at is None:
                confirm_cosignature(cosignature.pk, by=staff.editor, now=moment + READING * 2)


def _moments(mornings: list[datetime], count: int) -> list[datetime]:
    """So many moments within three hours of the mornings, in order."""
    chance = Random(9)  # noqa: S311 - the same at each loading
    return sorted(chance.choice(mornings) + timedelta(minutes=chance.randrange(150)) for _ in range(count))


def _delegates() -> list[Delegate]:
    """In an order that does not follow the file."""
    delegates = list(
        Delegate.objects.select_related("user", "organization").prefetch_related("organization__names").order_by("pk")
    )
    Random(13).shuffle(delegates)  # noqa: S311 - the same at each loading
    return delegates
