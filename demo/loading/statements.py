"""What organizations say: one statement published elsewhere, one signed and published here, one open for co-signing."""

from datetime import datetime, time, timedelta
from random import Random

from campaigns.models import Campaign, Delegate, Organization, Source
from demo.files import records, texts
from demo.loading.mail import settled_mail
from demo.loading.people import Staff, authority_of
from demo.loading.timeline import SEOUL, Timeline
from statements.models import Invitation, ReportedSignatory, Statement, Translation, Version
from statements.services import (
    close_cosigning,
    cosign,
    decline,
    invite_organizations,
    lock_version,
    open_for_cosigning,
    open_invitation,
    publish_statement,
)

Status = Translation.Status

READING = timedelta(minutes=12)  # from opening the text to signing it

# Newsrooms report on statements and sign none; the silent ones have not answered.
DECLINED_JOINT = {"demo-night-bus", "demo-tidal-flat"}
SILENT_JOINT = {"demo-first-snow", "demo-prairie-landing", "demo-camphor-tree", "demo-plum-garden"}
OPENED_JOINT = {"demo-first-snow", "demo-camphor-tree"}
SIGNED_SECOND = {
    "demo-riverbank", "demo-lamp-bearers", "demo-barley-field", "demo-students", "demo-footbridge", "demo-steppe-road",
}  # fmt: skip
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
        answer(
            statement,
            mornings=[timeline.ago(12, 11), timeline.ago(11, 9), timeline.ago(10, 9), timeline.ago(9, 9)],
            signed=asked - DECLINED_JOINT - SILENT_JOINT,
            declined=DECLINED_JOINT,
            opened=OPENED_JOINT,
        )
        close_cosigning(statement.pk, by=staff.editor, now=timeline.ago(9, 12, 5))
        publish_statement(statement.pk, by=staff.approver, now=timeline.ago(9, 15))
    return statement


def load_second_statement(campaign: Campaign, staff: Staff, timeline: Timeline) -> None:
    """Open for co-signing for nine more days; many have not answered yet, that of demo.logins.DELEGATE among them."""
    statement = draft("second-statement", "RLC-2023-2", campaign, staff, deadline=timeline.ahead(9, 18))
    with settled_mail():
        open_for_members(statement, staff, locked_at=timeline.ago(4, 15), invited_at=timeline.ago(3, 10))
        answer(
            statement,
            mornings=[timeline.ago(3, 11), timeline.ago(2, 9), timeline.ago(1, 9)],
            signed=SIGNED_SECOND,
            declined=DECLINED_SECOND,
            opened=OPENED_SECOND,
        )


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
    version = Version.objects.create(statement=statement)
    statuses = {"en": Status.AUTHORITATIVE, "ko": Status.OFFICIAL} if status is None else status
    for text in in_languages:
        Translation.objects.create(
            version=version,
            language=text.language,
            status=statuses.get(text.language, Status.COURTESY),
            title=text.head["title"],
            summary=text.head["summary"],
            body=text.body,
        )
    return statement


def open_for_members(
    statement: Statement, staff: Staff, *, locked_at: datetime, invited_at: datetime, only: set[str] | None = None
) -> None:
    """Lock and open it, and ask every member, or `only` these (slugs)."""
    lock_version(statement.pk, by=staff.editor, now=locked_at)
    open_for_cosigning(statement.pk, by=staff.editor, now=locked_at)
    members = Organization.objects.members().order_by("pk").prefetch_related("names")
    if only is not None:
        members = members.filter(slug__in=only)
    invite_organizations(statement.pk, members, by=staff.editor, now=invited_at)


def answer(
    statement: Statement, *, mornings: list[datetime], signed: set[str], declined: set[str], opened: set[str]
) -> None:
    """The delegates of these organizations (slugs) sign, decline, or only open the text, on one of the mornings."""
    digest = statement.versions.get().digest
    invitations = dict(Invitation.objects.filter(statement=statement).values_list("organization__slug", "pk"))
    acting = [delegate for delegate in _delegates() if delegate.organization.slug in signed | declined | opened]
    for delegate, moment in zip(acting, _moments(mornings, len(acting)), strict=True):
        slug, user = delegate.organization.slug, delegate.user
        open_invitation(invitations[slug], by=user, now=moment)
        if slug in declined:
            decline(statement.pk, delegate=delegate, now=moment)
        if slug in signed:
            cosign(
                statement.pk,
                delegate=delegate,
                digest=digest,
                signer_name=user.name,
                signer_title=delegate.title,
                authority=authority_of(delegate),
                language_read=user.language,
                now=moment + READING,
            )


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
