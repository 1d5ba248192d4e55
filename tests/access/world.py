"""One row of everything, in the states in which each step is offered."""

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import AuditEntry, Passkey, Switch, User
from accounts.services import invite_staff, send_password_link
from campaigns import services as organizations
from campaigns.models import (
    Demand,
    DemandText,
    Figure,
    Incident,
    Instrument,
    MembershipApplication,
    NewsDigest,
    Organization,
    Outcome,
    Source,
    Topic,
)
from letters import services as letters
from letters.models import FollowUp, Letter, Recipient, Release, Reply, RouteConflict, Session
from letters.models.recipient import Channel
from outbox.models import DomainCheck, Email, Pace, Suppression
from outbox.pacing import domain_key
from outbox.services import write_email
from petitions import services as petitions
from petitions.models import (
    Comment,
    ImportBatch,
    LimitRule,
    Milestone,
    OfficialPetition,
    PartnerLink,
    Signature,
    Update,
    UpdateText,
)
from privacy.models import ProviderRule
from statements import services as statements
from statements.services.news import choose_news
from statements.services.submitting import Way, submit_statement
from tests import factories
from tests.access import people, words
from tests.letters.mails import with_file


@dataclass
class World:
    """`rows` by "app.model", `step_rows` by ("app.model", step) where a step needs another row."""

    people: dict[str, User]
    sessions: dict[str, str]
    own: Organization  # of the signer and the reader
    other: Organization
    now: datetime
    rows: dict[str, Any] = field(default_factory=dict)
    step_rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    waiting: Any = None  # the statement that `own` was asked to sign
    signed: Any = None  # the statement that both organizations signed
    published: Any = None
    edited: Any = None  # published in its second version
    commented: Any = None  # a draft that is open for comments
    preview: Any = None  # a journalist's link
    open_petition: Any = None
    published_update: Any = None
    signature: Any = None
    passkey: Any = None  # of nobody who comes
    invitation: Any = None  # the link in a mail to a new member of staff
    password_link: Any = None
    unconfirmed: Any = None  # what a first-time delegate of `own` signed
    colleague: Any = None  # that delegate
    question: Any = None
    authority: Any = None  # of `own`
    other_authority: Any = None
    personal: Any = None
    news_choice: Any = None  # a delegate's, with the link of a mail
    application: Any = None  # not confirmed yet
    request: Any = None  # to let a colleague of `own` in

    @property
    def reply_by(self) -> date:
        return timezone.localdate(self.now) + timedelta(days=20)

    def session(self, person: str) -> str:
        return self.sessions.get(person, "")


def build() -> World:
    now = timezone.now()
    own, other = factories.make_organization("Own (demo)"), factories.make_organization("Other (demo)")
    everybody = people.make_people(own, other)
    world = World(everybody, people.sign_in(everybody, now), own, other, now)
    campaign = factories.make_campaign()
    for language in ("en", "ko"):
        factories.make_template(language)
    _texts(world, campaign)
    _petitions(world, campaign)
    _letters(world)
    _routes(world)
    _evidence(world, campaign)
    _outcomes(world)
    _organizations(world)
    _accounts(world)
    return world


def add(world: World, *rows: Any) -> None:
    """These rows stand for their kind."""
    world.rows |= {row._meta.label_lower: row for row in rows}


def _texts(world: World, campaign: Any) -> None:
    now, author = world.now, world.people[words.AUTHOR]
    shared: dict[str, Any] = {"campaign": campaign, "author": author, "deadline": now + timedelta(days=5)}
    signer, other = (people.delegation_of(world.people[name]) for name in (words.SIGNER, words.OTHER))
    draft = factories.make_draft(**shared)
    locked = factories.make_draft(**shared)
    statements.lock_version(locked.pk, by=author, now=now)
    world.waiting = factories.make_statement(**shared, now=now)
    statements.invite_organizations(world.waiting.pk, [world.own], by=author, now=now)
    world.signed = factories.make_statement(**shared, now=now)
    closed = factories.make_statement(**shared, now=now)
    for statement, delegates in ((world.signed, [signer, other]), (closed, [other])):
        for delegate in delegates:
            factories.sign_statement(statement, delegate, now=now)
    closed = statements.close_cosigning(closed.pk, by=author, now=now)
    world.published = factories.make_published(**shared, now=now)
    hidden = factories.make_published(**shared, now=now)
    statements.hide_names(hidden.pk, by=author, reason="Somebody is in danger.", now=now)
    editor = factories.make_user("editor")
    world.edited = factories.make_changed(**shared, now=now)
    factories.sign_statement(world.edited, other, now=now)
    statements.close_cosigning(world.edited.pk, by=author, now=now)
    statements.publish_statement(world.edited.pk, by=editor, now=now)
    world.commented, quiet = (factories.make_draft(**shared) for _ in range(2))
    for row in (world.commented, quiet):
        statements.open_comments(row.pk, until=now + timedelta(days=2), by=author, now=now)
    factories.propose(world.commented, signer, now=now)
    changed = factories.make_statement(**shared, now=now)
    embargoed, lifted = (_closed(world, other, shared) for _ in range(2))
    for row in (embargoed, lifted):
        until = now + timedelta(days=3)
        statements.set_embargo(row.pk, until=until, by=editor, reason="A date.", now=now)
    world.preview = statements.give_preview(
        embargoed.pk, name="Ines Roth", address="ines@news.example", language="en", by=editor, now=now
    )
    proposed = factories.make_published(**shared, now=now)
    statements.propose(proposed.pk, "archive", by=author, reason="It is done.", now=now)
    statements.write_press_text(
        world.published.pk, "en", title="R", body="R.", notes="", contact="Han", by=author, now=now
    )
    factories.add_press_image(world.published, by=author, now=now)
    add(world, draft, world.waiting.invitations.get(), world.signed.cosignatures.get(organization=world.own))
    steps = {
        "lock": draft, "review": draft, "open_comments": draft, "proposals": world.commented, "end_comments": quiet,
        "change_text": changed, "courtesy": locked, "new_version": locked,
        "open": locked, "invite": world.waiting, "close": world.waiting,
        "publish": closed, "ask_for_release": world.published, "hide_names": world.published, "show_names": hidden,
        "set_embargo": closed, "agree": proposed, "refuse_proposal": proposed, "ask_to_lift": lifted,
        "ask_to_correct": world.published, "ask_to_withdraw": world.published, "ask_to_archive": world.published,
        "press": world.published, "previews": embargoed, "signatories": world.published,
    }  # fmt: skip
    world.step_rows |= {("statements.statement", name): row for name, row in steps.items()}
    _people(world, shared, signer, other)


def _people(world: World, shared: dict[str, Any], signer: Any, other: Any) -> None:
    """A text that is discussed, and everybody around it."""
    now, author = world.now, world.people[words.AUTHOR]
    discussed = factories.make_statement(**shared, now=now)
    statements.invite_organizations(discussed.pk, [world.own, world.other], by=author, now=now)
    topic = Topic.objects.create(slug="rivers", name="Rivers")
    discussed.topics.set([topic])
    world.authority, world.other_authority = (
        organizations.give_standing_authority(row, topics=[topic], mandate="Board", valid_until=None, now=now)
        for row in (signer, other)
    )
    world.question = statements.ask_question(discussed.pk, delegate=signer, text="Which river?", now=now)
    asked = {"address": "ines@people.example", "name": "Ines Roth", "affiliation": "", "language": "en"}
    world.personal = statements.invite_person(discussed.pk, **asked, by=author, now=now)
    world.colleague = factories.make_delegate(world.own, vouched_at=None)
    new, withdrawn = (factories.make_statement(**shared, now=now) for _ in range(2))
    factories.sign_statement(new, world.colleague, now=now)
    factories.sign_statement(withdrawn, other, now=now)
    world.unconfirmed = new.cosignatures.get()
    gone = statements.withdraw(withdrawn.pk, delegate=other, now=now)
    add(world, topic, world.personal)
    world.step_rows |= {
        ("statements.statement", name): discussed for name in ("answer_question", "invite_person", "sign_by_authority")
    } | {
        ("statements.cosignature", "confirm"): world.unconfirmed,
        ("statements.cosignature", "strike_out"): world.unconfirmed,
        ("statements.cosignature", "recipients_told"): gone,
    }


def _closed(world: World, signer: Any, shared: dict[str, Any]) -> Any:
    statement = factories.make_statement(**shared, now=world.now)
    factories.sign_statement(statement, signer, now=world.now)
    return statements.close_cosigning(statement.pk, by=shared["author"], now=world.now)


def _petitions(world: World, campaign: Any) -> None:
    now, author = world.now, world.people[words.AUTHOR]
    shared = {"campaign": campaign, "author": author}
    draft, in_review = (factories.make_petition(state="draft", **shared) for _ in range(2))
    attacked = factories.make_petition(**shared)
    hidden = factories.make_petition(**shared)
    petitions.hide_names(hidden.pk, by=author, reason="Somebody is in danger.", now=now)
    petitions.set_challenge(attacked.pk, True, by=author, reason="A flood.", now=now)
    petitions.submit_petition(in_review.pk, by=author, now=now)
    world.open_petition = factories.make_petition(**shared)
    petitions.sign_petition(
        world.open_petition,
        name="Anna Kim",
        email="anna.kim@supporter.example",
        country="KR",
        language="en",
        consent_updates=True,
        now=now,
    )
    world.signature = Signature.objects.get(petition=world.open_petition)
    link = PartnerLink.objects.create(petition=world.open_petition, organization=world.own)
    official = OfficialPetition.objects.create(
        petition=world.open_petition, body="Assembly", country="KR", url="https://assembly.example/1", threshold=50_000
    )
    batch = ImportBatch.objects.create(
        petition=world.open_petition, kind="paper", provenance="A vigil.", file_digest="0" * 64, by=author, at=now
    )
    add(world, draft, world.signature, link, official, batch)
    _defence(world, author)
    careful = factories.make_petition(duty_of_care=True, **shared)
    ending = factories.make_petition(closes_at=timezone.now() + timedelta(days=9), **shared)
    ended = factories.make_petition(state="closed", **shared)
    steps = {
        "submit": draft, "publish": in_review, "send_back": in_review, "close": world.open_petition,
        "ask_challenge": world.open_petition, "stop_challenge": attacked,
        "hide_names": world.open_petition, "show_names": hidden,
        "begin_duty_of_care": world.open_petition, "end_duty_of_care": careful, "extend": ending,
        "deliver": ended, "archive": ended,
    }  # fmt: skip
    world.step_rows |= {("petitions.petition", name): row for name, row in steps.items()}
    _news(world, now, author)


def _news(world: World, now: Any, author: Any) -> None:
    """Updates in each state, a milestone ahead and one reached, and a comment that waits."""
    draft, in_review, published = (
        Update.objects.create(petition=world.open_petition, author=author) for _number in range(3)
    )
    for update in (draft, in_review, published):
        UpdateText.objects.create(update=update, language="en", title="They answered", body="A letter came.")
    for update in (in_review, published):
        petitions.submit_update(update.pk, by=author, now=now)
    petitions.publish_update(published.pk, by=factories.make_user("editor"), now=now)
    world.published_update = published
    ahead, reached = (
        Milestone.objects.create(petition=world.open_petition, threshold=number, reached_at=at)
        for number, at in ((1_000, None), (10, now))
    )
    notes: Any = {"created_at": now, "link_sent_at": now, "confirmed_at": now, "language": "en"}
    comment = Comment.objects.create(
        petition=world.open_petition, name="Mi Kim", address="mi@supporter.example", comment="For my sister.",
        address_fingerprint=bytes(32), state="confirmed", comment_state="waiting", **notes,
    )  # fmt: skip
    add(world, draft, ahead, comment)
    world.step_rows |= {
        ("petitions.update", "submit"): draft, ("petitions.update", "publish"): in_review,
        ("petitions.update", "send_back"): in_review, ("petitions.update", "stop_mails"): published,
        ("petitions.milestone", "settle"): reached,
        ("petitions.comment", "approve"): comment, ("petitions.comment", "refuse"): comment,
    }  # fmt: skip


def _defence(world: World, author: User) -> None:
    """A line, a limit, batches and signatures in the states in which each step is offered, reports."""
    now, petition = world.now, factories.make_petition(author=author)
    for name in ("held", "struck"):
        petitions.sign_petition(petition, name=name, email=f"{name}@supporter.example", language="en", now=now)
    held, struck = Signature.objects.filter(petition=petition).order_by("pk")
    Signature.objects.filter(pk=held.pk).update(suspicion="network")
    petitions.strike_signature(struck.pk, reason="A robot.", by=author, now=now)
    batches = [
        petitions.preview_batch(petition, {"domain": "else.example"}, reason="A farm.", by=author, now=now)
        for _ in range(3)
    ]
    for batch in batches[1:]:
        petitions.begin_batch(batch.pk, by=author, now=now)
    petitions.cancel_batch(batches[2].pk, by=author, now=now)
    rule = LimitRule.objects.create(scope="network", limit=1000, seconds=60, action="hold")
    entry = petitions.add_entry("hold", domain="else.example", reason="A farm.", by=author, now=now)
    waiting, settled = (
        petitions.report_petition(petition, about="other", text="…", network=bytes([n]) * 16, now=now) for n in range(2)
    )
    petitions.decide_report(settled.pk, acted=False, answer="opinion", note="", by=author, now=now)
    add(world, entry, rule, batches[0], waiting)
    world.step_rows |= {
        ("petitions.signature", "release"): held, ("petitions.signature", "strike"): held,
        ("petitions.signature", "restore"): struck, ("petitions.signature", "reveal"): held,
        ("petitions.listentry", "end"): entry, ("petitions.invalidationbatch", "run"): batches[0],
        ("petitions.invalidationbatch", "cancel"): batches[1], ("petitions.invalidationbatch", "undo"): batches[2],
        ("petitions.report", "decide"): waiting, ("petitions.report", "reopen"): settled,
    }  # fmt: skip


def _outcomes(world: World) -> None:
    """An outcome that waits for a second person, news that gather, and a petition that is handed over."""
    now, author = world.now, world.people[words.AUTHOR]
    campaign, demand = world.rows["campaigns.campaign"], world.rows["campaigns.demand"]
    source = world.rows["campaigns.source"]
    outcome, public = (
        Outcome.objects.create(
            campaign=campaign, kind="vote", happened_on=date(2023, 10, 20), words={"en": "They voted."}, source=source,
            written_by=author,
        )
        for _number in range(2)
    )  # fmt: skip
    for row in (outcome, public):
        row.demands.add(demand)
    organizations.publish_outcome(public.pk, by=factories.make_user("editor"), now=now)
    petition = factories.make_petition(campaign=campaign, author=author)
    petitions.sign_petition(
        petition, name="Bo Lee", email="bo@people.example", country="KR", language="en", consent_handover=True, now=now
    )
    signature = petition.signatures.get()
    petitions.confirm_signature(signature.pk, now=now)
    factories.make_template(slug="handover-general")
    handover = petitions.freeze_handover(petition.pk, by=world.people[words.REQUESTER], now=now)
    world.news_choice = choose_news(world.people[words.READER], "all")
    add(world, outcome, NewsDigest.objects.get(campaign=campaign), handover)
    world.step_rows |= {
        ("campaigns.outcome", "publish"): outcome,
        ("campaigns.newsdigest", "send_now"): NewsDigest.objects.get(campaign=campaign),
        ("petitions.handover", "ask_for_release"): handover,
        ("letters.reply", "code"): world.rows["letters.reply"],
    }


def _letters(world: World) -> None:
    """One release that waits, one that cools off, and one whose letters have left, or may have."""
    now, sender = world.now, world.people[words.REQUESTER]
    waiting = _ask(world, factories.make_recipient())
    cooling = _ask(world, factories.make_recipient())
    gone = _ask(
        world,
        factories.make_recipient("Replied"),
        factories.make_recipient("Uncertain"),
        *(
            factories.make_recipient(
                name, channel=Channel.POST, channels=["post", "hand_delivery"], postal_lines=["1 Quay"]
            )
            for name in ("Carried", "Delivered", "Moved")
        ),
    )
    approver = factories.make_user("sender")
    letters.approve_release(cooling.pk, by=approver, now=now)
    letters.approve_release(gone.pk, by=approver, now=now - timedelta(days=1))
    replied, uncertain, carried, delivered, moved = (
        Letter.objects.get(recipient__name=name) for name in ("Replied", "Uncertain", "Carried", "Delivered", "Moved")
    )
    letters.record_dispatch(delivered.dispatch.pk, evidence="Receipt 6", proof=factories.a_pdf(), by=sender, now=now)
    Recipient.objects.filter(pk=moved.recipient_id).update(postal_lines=["2 Quay"], changed_at=now)
    emails = Email.objects
    emails.filter(letter=replied).update(state=Email.State.SENT, sent_at=now - timedelta(hours=2))
    emails.filter(letter=uncertain).update(state=Email.State.UNCERTAIN, data_begun_at=now - timedelta(hours=2))
    reply = letters.record_reply(
        Letter.objects.get(pk=replied.pk),
        kind=Reply.Kind.ANSWER,
        received_on=timezone.localdate(now),
        summaries={"en": "They are looking into it."},
        visibility=Reply.Visibility.SUMMARY,
        by=sender,
        now=now,
    )
    assert replied.email is not None  # a letter by mail
    message_id = replied.email.message_id
    mail, aside = (
        letters.take_in(
            with_file("", text.encode(), name="answer.pdf", In_Reply_To=message_id),
            provider="upload",
            now=now,
        )[0]
        for text in ("one", "two")
    )
    letters.set_mail_aside(aside.pk, reason="Nothing.", by=sender, now=now)
    follow_up = FollowUp.objects.create(letter=replied, after_days=14, due_on=timezone.localdate(now), created_at=now)
    add(world, mail, follow_up)
    add(world, waiting, replied, carried.dispatch, reply, replied.recipient, replied.email)
    add(world, factories.make_template("en", slug="another"))
    mails = [
        write_email("django", to=f"mail{n}@supporter.example", subject="…", text="…\n", key=f"mail:{n}", now=now)
        for n in range(2)
    ]
    emails.filter(pk=mails[0].pk).update(state=Email.State.FAILED)
    emails.filter(pk=mails[1].pk).update(state=Email.State.UNCERTAIN, data_begun_at=now)
    dead = Suppression.objects.create(fingerprint=b"d" * 32, reason="bounced", is_office=True, since=now)
    add(
        world,
        dead,
        Pace.objects.create(domain="office.example", domain_key=domain_key("a@office.example"), per_minute=60),
    )
    world.step_rows |= {
        ("outbox.email", "try_again"): mails[0],
        ("outbox.email", "confirm_arrival"): mails[1],
        ("outbox.email", "send_again"): mails[1],
        ("letters.release", "stop"): cooling,
        ("letters.letter", "carry_on"): carried,
        ("letters.letter", "set_aside"): Letter.objects.get(release=cooling),
        ("letters.dispatch", "add_proof"): delivered.dispatch,
        ("letters.dispatch", "set_aside"): moved.dispatch,
        ("letters.recipient", "delete"): factories.make_recipient("By mistake"),
        ("letters.release", "export_ledger"): cooling,
        ("letters.inboundmail", "take_up"): aside,
        ("letters.letter", "confirm_arrival"): uncertain,
        ("letters.letter", "send_again"): uncertain,
    }


def _ask(world: World, *recipients: Recipient) -> Release:
    return statements.request_release(
        world.published.pk, recipients, reply_by=world.reply_by, by=world.people[words.REQUESTER], now=world.now
    )


def _routes(world: World) -> None:
    """A route with its rule, a session it leads to, one it excludes, and a submission that waits."""
    route, other, _third = (factories.make_route() for _ in range(3))
    conflict = RouteConflict.objects.create(first=route, second=other, reason="Once only.", as_of=world.now.date())
    conflict.sources.add(Source.objects.create(slug="guide", title="A guide"))
    starts_on = world.now.date() + timedelta(days=60)
    session = Session.objects.create(body="Council (demo)", name="One (demo)", starts_on=starts_on, ends_on=starts_on)
    session.routes.set([route])
    way = Way(route=route, language="en", format="docx")
    submission = submit_statement(world.published.pk, way, elements={}, by=world.people[words.REQUESTER], now=world.now)
    add(world, route, conflict, session, submission)
    world.step_rows["statements.statement", "submit_to_body"] = world.published


def _evidence(world: World, campaign: Any) -> None:
    demand = Demand.objects.create(campaign=campaign, key="say-it")
    DemandText.objects.create(demand=demand, language="en", addressee="The President", text="Say it in public.")
    source = Source.objects.create(slug="source", title="A report", publisher="A publisher")
    instrument = Instrument.objects.create(
        slug="treaty", name="A treaty", kind="treaty", parties={"CN": "party"}, articles=["3"]
    )
    incident = Incident.objects.create(
        campaign=campaign, slug="incident", kind="repatriation", title="A return", starts_on="2023-10-09",
        precision="day",
    )  # fmt: skip
    Figure.objects.create(incident=incident, origin="A group", paraphrase="About 600.", source=source, minimum=500)
    add(world, campaign, demand, source, instrument, incident)


def _organizations(world: World) -> None:
    applied = factories.make_organization(state=Organization.State.APPLIED)
    add(world, world.own, people.delegation_of(world.people[words.SIGNER]))
    world.step_rows[("campaigns.organization", "verify")] = applied
    world.step_rows[("campaigns.organization", "refuse_application")] = applied
    signer, now = people.delegation_of(world.people[words.SIGNER]), world.now
    logo = one_pixel()
    moderator = world.people["moderator"]
    organizations.set_logo(world.own.pk, logo, is_shown=True, consent="Board, 3 May", by=moderator, now=now)
    world.application = MembershipApplication.objects.create(
        name="New (demo)",
        contact_name="Bo Lee",
        address="bo@new.example",
        address_fingerprint=bytes(32),
        created_at=now,
    )
    world.request = organizations.ask_for_delegate(
        signer, name="Bo Lee", address="bo.lee@own.example", title="", mandate="Board", may_sign=False,
        replaces=None, language="en", now=now,
    )  # fmt: skip


def one_pixel() -> bytes:
    """One pixel, as PNG."""
    return b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC")


def _accounts(world: World) -> None:
    now, administrator = world.now, world.people["administrator"]
    switch, _created = Switch.objects.get_or_create(key=Switch.Key.PAUSE_SIGNING, defaults={"is_on": False})
    user = factories.make_user("press")
    world.passkey = Passkey.objects.create(
        user=user, credential_id=b"1" * 16, public_key=b"2" * 16, name="Theirs", host="testserver", created_at=now
    )
    invited = invite_staff(
        "invited@coalition.example",
        name="Invited",
        groups=[],
        language="en",
        time_zone="Asia/Seoul",
        by=administrator,
        now=now,
    )
    world.invitation = invited.staff_links.get()
    send_password_link(user.pk, by=administrator, now=now)
    world.password_link = user.staff_links.get()
    check = DomainCheck.objects.create(domain="coalition.example", checked_at=now, findings=[])
    rule = ProviderRule.objects.get_or_create(domain="rule.example", defaults={"canonical": "rule.example"})[0]
    add(world, rule, check, switch, user, user.groups.get(), AuditEntry.objects.earliest("pk"))
    has_factor = factories.make_user("press")
    people.give_app(has_factor)
    world.step_rows |= {
        ("accounts.user", "send_invitation_again"): invited,
        ("accounts.user", "revoke_invitation"): invited,
        ("accounts.user", "reset_second_factor"): has_factor,
    }


def missing_rows(labels: Iterable[str], world: World) -> list[str]:
    """Kinds of row at the desk of which the world has none."""
    return sorted(set(labels) - set(world.rows))
