"""Rows that tests begin with, made with as little said as possible."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from PIL import Image

from accounts.models import User
from campaigns.models import Campaign, CampaignText, Delegate, Organization, OrganizationName
from letters.models import FormOfAddress, Letter, LetterTemplate, Recipient, Release, Route, RouteRule
from letters.models.recipient import Channel
from petitions.models import Petition, PetitionText
from statements import services as statements
from statements.models import PressImage, Statement, Translation, Version

NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)  # the fixture `now`
_numbers = count(1)


def make_user(*roles: str, address: str = "", **fields: Any) -> User:
    """A member of staff in these groups; without roles a person who may nothing."""
    user = User.objects.create_user(
        address or f"user{next(_numbers)}@coalition.example",
        "correct horse battery",
        **({"name": "Han Seo-yun", "is_staff": bool(roles)} | fields),
    )
    if roles:
        user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def make_campaign() -> Campaign:
    campaign = Campaign.objects.create(
        slug=f"campaign-{next(_numbers)}",
        is_public=True,
        contact_name="Han Seo-yun",
        contact_address="press@coalition.example",
        postal_lines=["1 River Road", "Seoul"],
    )
    for language, title, coalition in (("en", "Safe passage", "Coalition"), ("ko", "안전한 길", "연대")):
        CampaignText.objects.create(
            campaign=campaign, language=language, title=title, summary="…", story="…", coalition=coalition
        )
    return campaign


def make_organization(name: str = "", *, state: str = Organization.State.VERIFIED, name_ko: str = "") -> Organization:
    number = next(_numbers)
    organization = Organization.objects.create(
        slug=f"organization-{number}", name=name or f"Organization {number} (demo)", country="KR", state=state
    )
    OrganizationName.objects.create(organization=organization, language="ko", name=name_ko or f"단체 {number} (demo)")
    return organization


def make_delegate(organization: Organization | None = None, *, address: str = "", **fields: Any) -> Delegate:
    """A delegate who may sign, known from before, with a user of their own."""
    organization = organization or make_organization()
    user = User.objects.create_user(
        address or f"delegate{next(_numbers)}@{organization.slug}.example", name="Kim Ha-neul", language="en"
    )
    return Delegate.objects.create(
        **(
            {
                "user": user,
                "organization": organization,
                "title": "Director",
                "mandate": "Board, 3 May",
                "vouched_at": NOW,
            }
            | fields
        )
    )


def make_petition(*, opens_at: datetime | None = None, **fields: Any) -> Petition:
    """An open petition in English and Korean."""
    petition = Petition.objects.create(
        **(
            {
                "campaign": fields.get("campaign") or make_campaign(),
                "slug": f"petition-{next(_numbers)}",
                "state": Petition.State.OPEN,
                "opens_at": opens_at,
                "author": fields.get("author") or make_user("editor"),
            }
            | fields
        )
    )
    for language, title in (("en", "Safe passage, not a return convoy"), ("ko", "송환 차량이 아니라 안전한 길을")):
        PetitionText.objects.create(
            petition=petition, language=language, title=title, summary="A summary.", body="A text with *emphasis*."
        )
    petition.recipients.add(make_recipient())
    return petition


def make_draft(**fields: Any) -> Statement:
    """A statement in draft, its English text authoritative and its Korean official."""
    number = next(_numbers)
    statement = Statement.objects.create(
        **(
            {
                "campaign": fields.get("campaign") or make_campaign(),
                "slug": f"statement-{number}",
                "reference": f"OUT-{number}",
                "dated_on": date(2023, 10, 20),
                "place": "Seoul",
                "deadline": NOW + timedelta(days=10),
                "author": fields.get("author") or make_user("editor"),
            }
            | fields
        )
    )
    version = Version.objects.create(statement=statement)
    for language, status, title, body in (
        ("en", Translation.Status.AUTHORITATIVE, "After the night of 9 October", "We ask[^1].\n\n[^1]: Source."),
        ("ko", Translation.Status.OFFICIAL, "10월 9일 밤 이후", "요청합니다[^1].\n\n[^1]: 출처."),
    ):
        Translation.objects.create(
            version=version,
            language=language,
            status=status,
            title=title,
            body=body,
            review=Translation.Review.REVIEWED,
            reviewed_by=statement.author,
            reviewed_at=NOW,
        )
    return statement


def make_statement(*, now: datetime = NOW, **fields: Any) -> Statement:
    """A statement open for co-signing, its version locked through the services."""
    statement = make_draft(**fields)
    editor = make_user("editor")
    statements.lock_version(statement.pk, by=editor, now=now)
    return statements.open_for_cosigning(statement.pk, by=editor, now=now)


def make_changed(*, change: str = "editorial", now: datetime = NOW, **fields: Any) -> Statement:
    """A statement open for co-signing in its second version, which changed one word of the English text."""
    statement = make_statement(now=now, **fields)
    editor = make_user("editor")
    version = statements.new_version(statement.pk, by=editor, now=now, change=change, reason="One word was wrong.")
    version.translations.filter(language="en").update(body="We urge[^1].\n\n[^1]: Source.")
    statements.lock_version(statement.pk, by=editor, now=now)
    return statements.open_for_cosigning(statement.pk, by=editor, now=now)


def propose(statement: Statement, delegate: Delegate, *, wording: str = "We call[^1].", now: datetime = NOW) -> Any:
    """The delegate proposes another first paragraph for the English draft of make_draft()."""
    return statements.propose_edit(
        statement.pk,
        delegate=delegate,
        language="en",
        part="body",
        number=1,
        original="We ask[^1].",
        wording=wording,
        now=now,
    )


def sign_statement(statement: Statement, delegate: Delegate, *, now: datetime = NOW) -> None:
    """The delegate's organization is invited and signs the current version."""
    statements.invite_organizations(statement.pk, [delegate.organization], by=statement.author, now=now)
    version = statement.versions.latest("number")
    statements.cosign(
        statement.pk,
        delegate=delegate,
        digest=version.digest,
        signer_name=delegate.user.name,
        signer_title=delegate.title,
        authority=delegate.mandate,
        language_read="en",
        now=now,
    )


def make_published(*, signers: int = 2, now: datetime = NOW, **fields: Any) -> Statement:
    """A published statement under which `signers` organizations stand."""
    statement = make_statement(now=now, **fields)
    for _ in range(signers):
        sign_statement(statement, make_delegate(), now=now)
    statements.close_cosigning(statement.pk, by=make_user("editor"), now=now)
    return statements.publish_statement(statement.pk, by=make_user("editor"), now=now)


def make_embargoed(*, until: datetime, signers: int = 2, now: datetime = NOW, **fields: Any) -> Statement:
    """A signed statement that becomes public at `until`."""
    statement = make_statement(now=now, **fields)
    for _ in range(signers):
        sign_statement(statement, make_delegate(), now=now)
    statements.close_cosigning(statement.pk, by=statement.author, now=now)
    return statements.set_embargo(statement.pk, until=until, by=make_user("editor"), reason="A date.", now=now)


def picture(*, size: tuple[int, int] = (40, 30), kind: str = "JPEG", **saved: Any) -> bytes:
    """A small picture as a file."""
    file = io.BytesIO()
    Image.new("RGB", size, (168, 38, 28)).save(file, kind, **saved)
    return file.getvalue()


def add_press_image(statement: Statement, *, by: User, now: datetime = NOW) -> PressImage:
    return statements.add_image(
        statement.pk, picture(), texts={"en": "A river."}, credit="Han", licence="CC BY 4.0", by=by, now=now
    )


def make_recipient(name: str = "", *, languages: tuple[str, ...] = ("en", "ko"), **fields: Any) -> Recipient:
    """A fictional office reached by e-mail, with complete forms of address in `languages`."""
    number = next(_numbers)
    recipient = Recipient.objects.create(
        **(
            {
                "slug": f"office-{number}",
                "name": name or f"Office {number} (demo)",
                "kind": Recipient.Kind.FOREIGN_MINISTRY,
                "role": Recipient.Role.INFLUENCER,
                "channel": Channel.EMAIL,
                "email": f"office{number}@office.example",
                "is_fictional": True,
            }
            | fields
        )
    )
    for language in languages:
        FormOfAddress.objects.create(
            recipient=recipient,
            language=language,
            name=recipient.name,
            state_name="Northland",
            envelope="The Minister",
            salutation={"ko": "존경하는 장관님께"}.get(language, "Excellency,"),
            closing={"ko": "깊은 경의를 표합니다."}.get(language, "Yours faithfully,"),
        )
    return recipient


def a_pdf(inside: bytes = b"<< /Type /Catalog >>") -> bytes:
    """As little of a PDF as is read by programs, a blank page; `inside` is one more object."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Extra 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        inside,
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, what) for number, what in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def make_template(language: str = "en", **fields: Any) -> LetterTemplate:
    """The general letter, unless said otherwise."""
    return LetterTemplate.objects.create(
        **(
            {
                "slug": f"template-{next(_numbers)}",
                "language": language,
                "subject": "Request from {{ coalition.name }}",
                "body": "{{ signatories.count }} organizations ask you. See {{ statement.url }}.",
            }
            | fields
        )
    )


def make_route(*, valid_from: date = date(2023, 1, 1), **facts: Any) -> Route:
    """A route whose one rule, unless said otherwise, refuses nothing in English as DOCX."""
    number = next(_numbers)
    route = Route.objects.create(slug=f"route-{number}", name=f"Route {number}", body="Council (demo)", kind="other")
    facts = {"languages": ["en"], "formats": ["docx"], "confidence": "high"} | facts
    RouteRule.objects.create(route=route, valid_from=valid_from, as_of=valid_from, written_at=NOW, **facts)
    return route


def rule_form(valid_from: date, **fields: Any) -> dict[str, Any]:
    """What the desk posts for a new version of a rule that says next to nothing."""
    day = valid_from.isoformat()
    return {
        "valid_from": day, "as_of": "2023-01-01", "confidence": "high", "submitters": "any", "footnotes": "unknown",
        "time_zone": "Europe/Zurich", "late": "unknown", "victim_consent": "unknown", "publishes_names": "unknown",
    } | fields  # fmt: skip


def make_bare_letter(**fields: Any) -> Letter:
    """A letter as a row, of a release that nobody approved: for what hangs on letters."""
    release = Release.objects.create(
        about="statement:none",
        title="A text",
        text_digest=f"{next(_numbers):064}",
        public_url="https://coalition.example/statements/none/",
        signatories_as_of=NOW,
        dated_on=NOW.date(),
        reply_by=NOW.date(),
        requested_by=make_user("sender"),
        requested_at=NOW,
    )
    said = {
        "reference": "A-0001",
        "language": "en",
        "channel": Channel.EMAIL,
        "copy": {"to": ""},
        "copy_digest": "c" * 64,
    }
    return Letter.objects.create(
        **({"release": release, "recipient": make_recipient(), "text_digest": release.text_digest, "created_at": NOW}),
        **(said | fields),
    )
