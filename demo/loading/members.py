"""What goes on around the texts: who wants to join or shall be let in, standing authority, questions, people."""

import struct
import zlib
from datetime import datetime, timedelta

from campaigns.models import Delegate, MembershipApplication, Organization, OrganizationName, Topic
from campaigns.png import SIGNATURE, chunk
from campaigns.services import ask_for_delegate, confirm_application, give_standing_authority, set_logo
from demo.loading.mail import settled_mail
from demo.loading.people import Staff
from demo.loading.timeline import Timeline
from privacy.fingerprints import address_fingerprint
from statements.models import Statement
from statements.services import ask_for_time, ask_question, invite_person, sign_personally

TOPICS = {"forced-return": ("Forced return", "강제송환"), "families": ("Missing families", "실종자 가족")}
APPLICANT = "soo-ah.ban@bridge-of-reeds.example"
PERSON = "leonie.aschenbach@people.example"


def load_members(staff: Staff, timeline: Timeline) -> None:
    """An organization that applied two days ago, a successor whom a delegate named, a logo, and standing authority."""
    with settled_mail():
        application = MembershipApplication.objects.create(
            name="Bridge of Reeds (demo)",
            country="KR",
            website="https://bridge-of-reeds.example",
            about="We help people who crossed the river find their families. Invented, for the demonstration.",
            contact_name="Ban Soo-ah (demo)",
            contact_title="Secretary",
            address=APPLICANT,
            address_fingerprint=address_fingerprint(APPLICANT),
            created_at=timeline.ago(2, 10),
        )
        confirm_application(application.pk, now=timeline.ago(2, 11))
        applied = Organization.objects.get(application=application)
        Organization.objects.filter(pk=applied.pk).update(is_fictional=True)
        OrganizationName.objects.create(organization=applied, language="ko", name="갈대다리 모임 (demo)")
        for slug, (english, korean) in TOPICS.items():
            Topic.objects.create(slug=slug, name=english, translations={"ko": korean})
        give_standing_authority(
            _delegate("demo-mountain-pass"),
            topics=list(Topic.objects.all()),
            mandate="총회 의결",
            valid_until=None,
            now=timeline.ago(14, 15),
        )
        leaving = _delegate("demo-lindenweg")
        ask_for_delegate(
            leaving,
            name="Jorin Abelung (demo)",
            address="jorin.abelung@lindenweg.example",
            title="Board member",
            mandate="Decision of the board",
            may_sign=True,
            replaces=leaving,
            language="en",
            now=timeline.ago(1, 16),
        )
        riverbank = Organization.objects.get(slug="demo-riverbank")
        set_logo(
            riverbank.pk,
            _waves(),
            is_shown=True,
            consent="Decision of the board (demonstration)",
            by=staff.editor,
            now=timeline.ago(14, 16),
        )


def load_talk(statement: Statement, staff: Staff, timeline: Timeline) -> None:
    """About the text that is open: a question that waits, somebody who needs time, a person who signed."""
    statement.topics.set(Topic.objects.filter(slug="forced-return"))
    with settled_mail():
        ask_question(
            statement.pk,
            delegate=_delegate("demo-geneva"),
            text="May we quote the second paragraph in our own submission before you publish?",
            now=timeline.ago(2, 15),
        )
        until = timeline.ahead(6, 12).date()
        ask_for_time(statement.pk, delegate=_delegate("demo-towpath"), until=until, now=timeline.ago(2, 16))
        person = invite_person(
            statement.pk,
            address=PERSON,
            name="Leonie Aschenbach (demo)",
            affiliation="Professor of international law",
            language="en",
            by=staff.editor,
            now=timeline.ago(3, 11),
        )
    with settled_mail():
        _sign(person.pk, statement, timeline.ago(2, 9))


def _sign(number: int, statement: Statement, now: datetime) -> None:
    version = statement.versions.latest("number")
    sign_personally(
        number,
        digest=version.digest,
        name="Leonie Aschenbach (demo)",
        affiliation="Professor of international law",
        language_read="en",
        now=now + timedelta(minutes=9),
    )


def _delegate(slug: str) -> Delegate:
    rows = Delegate.objects.select_related("user", "organization").prefetch_related("organization__names")
    return rows.get(organization__slug=slug)


def _waves() -> bytes:
    """Three waves in two colours, 120 by 60 pixels, as PNG."""
    width, height = 120, 60
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            lift = (abs((x % 40) - 20) // 3) - 3
            rows += b"\x1f\x4e\x5f" if (y + lift) % 20 < 8 else b"\xf4\xf1\xea"
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk(name, data) for name, data in parts)
