"""Who: staff, organizations, and the delegates who may bind them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group

from accounts.models import User
from campaigns.models import Delegate, Organization, OrganizationName
from demo.files import Record, records
from demo.loading.mail import settled_mail
from demo.loading.timeline import Timeline
from demo.logins import ADMINISTRATOR, APPROVER, EDITOR, Login
from statements.services import invite_delegate

# What a delegate's mandate and each co-signature rest on, by type of organization; the first is for all others.
AUTHORITY = {
    "ngo": {"en": "Decision of the board", "ko": "이사회 의결"},
    "lawyers": {"en": "Decision of the executive committee", "ko": "집행위원회 의결"},
    "coalition": {"en": "Vote of the member organizations", "ko": "회원단체 표결"},
    "research": {"en": "Decision of the director", "ko": "소장 결재"},
    "media": {"en": "Decision of the editorial board", "ko": "편집위원회 의결"},
    "women": {"en": "Vote of the general meeting", "ko": "총회 의결"},
    "youth": {"en": "Vote of the members", "ko": "회원 표결"},
    "faith": {"en": "Decision of the council", "ko": "운영위원회 의결"},
}


@dataclass(frozen=True)
class Staff:
    editor: User  # writes, and asks for releases
    approver: User  # publishes what the editor wrote, and approves
    administrator: User


def load_staff(logins: Iterable[Login]) -> Staff:
    made = {}
    for login in logins:
        user = User.objects.create_user(login.address, login.password, name=login.name, is_staff=True)
        user.groups.set([Group.objects.get(name=name) for name in login.groups])
        made[login.role] = user
    return Staff(made[EDITOR.role], made[APPROVER.role], made[ADMINISTRATOR.role])


def load_real_organizations() -> None:
    """Known, never members: nothing but their names and that one real statement is said of them."""
    for record in records("organizations"):
        if record["fictional"]:
            continue  # fictional-organizations.json has the fuller record
        organization = _organization(record, record["name"], Organization.State.KNOWN)
        _add_names(organization, {record["native_language"]: (record["name_native"], "")})


def load_fictional_organizations(staff: Staff, timeline: Timeline) -> None:
    """Verified members, each with a delegate who was invited sixteen days ago."""
    with settled_mail():
        for record in records("fictional-organizations"):
            organization = _organization(record, record["name_en"], Organization.State.VERIFIED)
            _add_names(
                organization,
                {
                    "en": (record["name_en"], record["about_en"]),
                    "ko": (record["name_ko"], record["about_ko"]),
                    record["native_language"]: (record["name_native"], ""),
                },
            )
            _invite_delegate(organization, record["delegate"], staff, timeline)


def authority_of(delegate: Delegate) -> str:
    """On what the delegate acts, in the delegate's language."""
    words = AUTHORITY.get(delegate.organization.type, AUTHORITY["ngo"])
    return words.get(delegate.user.language, words["en"])


def _organization(record: Record, name: str, state: Organization.State) -> Organization:
    return Organization.objects.create(
        slug=record["id"],
        name=name,
        short_name=record["short_name"] or "",
        country=record["country"] or "",
        type=record["type"],
        website=record["website"] or "",
        ecosoc_status=record["ecosoc_status"],
        state=state,
        is_fictional=record["fictional"],
    )


def _add_names(organization: Organization, names: dict[str | None, tuple[str | None, str]]) -> None:
    OrganizationName.objects.bulk_create(
        OrganizationName(organization=organization, language=language, name=name, about=about)
        for language, (name, about) in names.items()
        if language and name
    )


def _invite_delegate(organization: Organization, person: Record, staff: Staff, timeline: Timeline) -> None:
    language = person["language"]
    words = AUTHORITY.get(organization.type, AUTHORITY["ngo"])
    invite_delegate(
        organization,
        address=person["address"],
        name=(person["name_ko"] if language == "ko" else None) or person["name"],
        title=(person["title_ko"] if language == "ko" else None) or person["title_en"],
        mandate=words.get(language, words["en"]),
        language=language,
        by=staff.editor,
        now=timeline.ago(16, 10),
    )
