"""With what every address is asked: the row it is about, and what its form says when it acts."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from campaigns.models import Demand
from campaigns.services.applying import CONFIRM as CONFIRM_APPLICATION
from letters.copies import digest_copies
from letters.models import Proof, Recipient, Route
from letters.services import new_release
from petitions.services import state_digest
from petitions.services.links import CONFIRM, MANAGE, NOT_ME, UNSUBSCRIBE
from privacy import tokens
from statements.anchoring import mark
from statements.services.news import STOP
from statements.services.personal import LINK as SIGN_PERSONALLY
from statements.services.releasing import release_facts
from tests import factories
from tests.access import people, words
from tests.access.world import World, one_pixel

# Addresses behind the personal links of a signature, and for what their token is.
PERSONAL = {
    "not-me": NOT_ME,
    "manage": MANAGE,
    "manage-change": MANAGE,
    "manage-withdraw": MANAGE,
    "manage-data": MANAGE,
    "manage-erase": MANAGE,
    "unsubscribe": UNSUBSCRIBE,
}
PASSWORD = "seven lanterns at dusk"
Form = dict[str, Any]

# What stands in the address, besides the row of a page of the desk.
ARGUMENTS: dict[str, Callable[[World], list[Any]]] = {
    "pages:campaign": lambda world: [world.rows["campaigns.campaign"].slug],
    **{
        f"pages:{name}": lambda world: [world.rows["campaigns.campaign"].slug]
        for name in ("answers", "answers-json", "answers-csv")
    },
    "statements:stop-news": lambda world: [wrong_token()],
    "admin:petitions_handover_file": lambda world: [world.rows["petitions.handover"].pk, "names.csv"],
    "pages:organization": lambda world: [world.own.slug],
    "pages:recipient": lambda world: [world.rows["letters.recipient"].slug],
    "petitions:detail": lambda world: [world.open_petition.slug],
    "petitions:update": lambda world: [world.open_petition.slug, world.published_update.pk],
    "petitions:sign": lambda world: [world.open_petition.slug],
    "petitions:check-inbox": lambda world: [world.open_petition.slug],
    "petitions:with": lambda world: [world.open_petition.slug, world.rows["petitions.partnerlink"].code],
    "petitions:card": lambda world: [world.open_petition.slug],
    "petitions:qr-svg": lambda world: [world.open_petition.slug],
    "petitions:qr-png": lambda world: [world.open_petition.slug],
    "petitions:paper": lambda world: [world.open_petition.slug],
    "petitions:report": lambda world: [world.open_petition.slug],
    "admin:petitions_signature_trend": lambda world: [world.open_petition.pk],
    "petitions:confirm": lambda world: [wrong_token()],
    "admin:petitions_importbatch_look": lambda world: ["0" * 32],
    "petitions:check-inbox-again": lambda world: [world.open_petition.slug],
    "petitions:resend": lambda world: [world.open_petition.slug],
    **{f"petitions:{name}": lambda world: [wrong_token()] for name in PERSONAL},
    "statements:detail": lambda world: [world.published.slug],
    "statements:pdf": lambda world: [world.published.slug],
    "statements:docx": lambda world: [world.published.slug],
    "statements:press": lambda world: [world.published.slug],
    "statements:press-image": lambda world: [world.published.slug, world.published.press_images.get().pk],
    "statements-feed": lambda world: ["en"],
    "statements:preview": lambda world: [wrong_token()],
    "statements:preview-pdf": lambda world: [wrong_token()],
    "statements:digest": lambda world: [digest(world.published)],
    "statements:digest-text": lambda world: [digest(world.published)],
    "statements:version": lambda world: [world.edited.slug, 2],
    "statements:comments": lambda world: [world.commented.slug],
    "statements:cosign": lambda world: [world.waiting.slug],
    "statements:decline": lambda world: [world.waiting.slug],
    "statements:delegate-pdf": lambda world: [world.waiting.slug],
    "statements:question": lambda world: [world.waiting.slug],
    "statements:time": lambda world: [world.waiting.slug],
    "statements:forward": lambda world: [world.waiting.slug],
    "statements:unable": lambda world: [world.waiting.slug],
    "statements:withdraw": lambda world: [world.signed.slug],
    "statements:confirm": lambda world: [world.unconfirmed.statement.slug],
    "statements:ask-for-colleague": lambda world: [world.own.slug],
    "statements:give-authority": lambda world: [world.own.slug],
    "statements:take-back-authority": lambda world: [world.own.slug, world.authority.pk],
    "statements:personal": lambda world: [wrong_token()],
    "campaigns:confirm-application": lambda world: [wrong_token()],
    "campaigns:logo": lambda world: [world.own.slug],
    "statements:cosigned": lambda world: [world.signed.slug],
    "statements:receipt": lambda world: [world.signed.slug],
    "admin:view_on_site": lambda world: [1, 1],
    "admin/(?P<url>.*)$": lambda world: ["nothing/"],
    "admin:letters_recipient_look": lambda world: ["0" * 32],
    "admin:letters_dispatch_form": lambda world: [world.rows["letters.dispatch"].pk],
    "admin:letters_dispatch_text": lambda world: [world.rows["letters.dispatch"].pk],
    "admin:letters_dispatch_sheet": lambda world: [world.rows["letters.dispatch"].pk, "envelope"],
    "admin:letters_dispatch_proof": lambda world: [
        world.step_rows["letters.dispatch", "add_proof"].pk, Proof.objects.get().pk
    ],
    "admin:letters_letter_pdf": lambda world: [world.rows["letters.letter"].pk],
    "admin:letters_submission_file": lambda world: [world.rows["letters.submission"].pk, "pdf"],
    "admin:letters_release_copy": lambda world: [
        world.rows["letters.release"].pk, world.rows["letters.release"].recipients.get().pk
    ],
    "admin:letters_release_dry_run": lambda world: [world.rows["letters.release"].pk],
    "admin:statements_statement_preview": lambda world: [world.commented.pk],
    "admin:statements_statement_preview_copy": lambda world: [
        world.published.pk, world.rows["letters.recipient"].pk
    ],
    "admin:accounts_switch_turn": lambda world: ["pause_signing"],
    "admin:accounts_switch_names": lambda world: ["hide"],
    "admin:invitation": lambda world: [wrong_token()],
    "admin:new_password": lambda world: [wrong_token()],
    "admin:rename-passkey": lambda world: [world.passkey.pk],
    "admin:remove-passkey": lambda world: [world.passkey.pk],
    "statements:rename-passkey": lambda world: [world.passkey.pk],
    "statements:remove-passkey": lambda world: [world.passkey.pk],
    "mail-reports": lambda world: ["mailgun"],
    "mail-inbound": lambda world: ["mailgun"],
    "admin:letters_inboundmail_file": lambda world: [world.rows["letters.inboundmail"].files.get().pk],
    "admin:letters_inboundmail_original": lambda world: [world.rows["letters.inboundmail"].pk],
    "mailbox-message": lambda world: ["one.eml"],
    "mailbox-html": lambda world: ["one.eml"],
    "mailbox-attachment": lambda world: ["one.eml", 0],
}  # fmt: skip
# The page of the organization that looks, for an address of the delegate's area.
ORGANIZATION_IN_QUERY = {"statements:cosigned", "statements:receipt", "statements:withdraw"}


def own_token(purpose: str, world: World) -> list[Any]:
    return [right_token(world, purpose)]


# Whose address holds something of their own.
OWN_ARGUMENTS: dict[tuple[str, str], Callable[[World], list[Any]]] = {
    ("petitions:confirm", words.HOLDER): lambda world: [right_token(world)],
    ("statements:preview", words.HOLDER): lambda world: [world.preview.token],
    ("statements:preview-pdf", words.HOLDER): lambda world: [world.preview.token],
    **{(f"petitions:{name}", words.HOLDER): partial(own_token, purpose) for name, purpose in PERSONAL.items()},
    ("statements:stop-news", words.HOLDER): lambda world: [
        tokens.make(STOP, world.news_choice.pk, bytes(world.news_choice.nonce))
    ],
    ("campaigns:confirm-application", words.HOLDER): lambda world: [
        tokens.make(CONFIRM_APPLICATION, world.application.pk, bytes(world.application.nonce))
    ],
    ("statements:personal", words.HOLDER): lambda world: [
        tokens.make(SIGN_PERSONALLY, world.personal.pk, bytes(world.personal.nonce))
    ],
    ("admin:invitation", words.HOLDER): lambda world: [world.invitation.token],
    ("admin:new_password", words.HOLDER): lambda world: [world.password_link.token],
}
QUERIES: dict[str, Callable[[World], str]] = {
    "admin:statements_statement_preview_copy": lambda world: urlencode(
        {"language": "en", "reply_by": world.reply_by.isoformat()}
    ),
}

# What is posted where something shall happen.
POSTED: dict[str, Callable[[World], Form]] = {
    "petitions:sign": lambda world: {"name": "Bo Lee", "email": "bo@supporter.example", "country": "KR"},
    "petitions:confirm": lambda world: {},
    "campaigns:join": lambda world: {
        "name": "New (demo)", "type": "ngo", "about": "New.", "contact_name": "Bo Lee", "address": "bo@new.example",
    },
    "statements:question": lambda world: {"text": "Which river?"},
    "statements:time": lambda world: {"until": world.now.date() + timedelta(days=2)},
    "statements:forward": lambda world: {"to": world.colleague.pk},
    "statements:unable": lambda world: {"sure": "on"},
    "statements:withdraw": lambda world: {"sure": "on"},
    "statements:confirm": lambda world: {"sure": "on"},
    "statements:ask-for-colleague": lambda world: {
        "name": "Bo Lee", "address": "bo@own.example", "mandate": "Board", "language": "en",
    },
    "statements:give-authority": lambda world: {"topics": [world.rows["campaigns.topic"].pk], "mandate": "Board"},
    "statements:profile": lambda world: {"name": "Changed", "language": "ko", "time_zone": "Europe/Paris"},
    "statements:personal": lambda world: {
        "name": "Ines Roth", "confirms": "on", "digest": digest(world.personal.statement),
    },
    "petitions:report": lambda world: {"about": "danger", "text": "Please look."},
    "petitions:resend": lambda world: {"email": "bo@supporter.example"},
    "petitions:manage-change": lambda world: {
        "show_name": "full", "language": "ko", "shown": state_digest(world.signature),
    },
    "petitions:manage-withdraw": lambda world: {"shown": state_digest(world.signature)},
    "petitions:manage-erase": lambda world: {"shown": state_digest(world.signature)},
    "statements:sign-in": lambda world: {"email": world.people[words.SIGNER].email},
    "statements:sign-in-code": lambda world: {"code": "12345678"},
    "statements:comments": lambda world: {
        "part": "title", "number": 1, "wording": "Another title",
        "mark": mark(world.commented.versions.get().text.title),
    },
    "statements:cosign": lambda world: {
        "signer_name": "Kim", "signer_title": "Director", "authority": "Board, 3 May", "confirms": "on",
        "digest": digest(world.waiting),
    },
    "admin:login": lambda world: {"username": "nobody@coalition.example", "password": "wrong"},
    "admin:password_change": lambda world: {
        "old_password": "correct horse battery", "password1": PASSWORD, "password2": PASSWORD,
    },
    "admin:account": lambda world: {"language": "ko", "time_zone": "Europe/Paris", "name": "Changed"},
    "admin:invitation": lambda world: {"name": "New", "password1": PASSWORD, "password2": PASSWORD},
    "admin:new_password": lambda world: {"password1": PASSWORD, "password2": PASSWORD},
    "admin:rename-passkey": lambda world: {"name": "Mine now"},
    "statements:rename-passkey": lambda world: {"name": "Mine now"},
    "statements:add-passkey": lambda world: {"name": "Forged", "credential": "{}"},
    "admin:set-up-passkey": lambda world: {"name": "Forged", "credential": "{}"},
    "admin:passkey": lambda world: {"credential": "{}"},
    "statements:passkey": lambda world: {"credential": "{}"},
    "admin:accounts_auditentry_export": lambda world: {"reason": "The yearly report."},
    "admin:erase-person": lambda world: {"address": "anna.kim@supporter.example", "reason": "Her letter of 3 May."},
    "admin:accounts_switch_names": lambda world: {
        "text": f"petitions.petition:{world.open_petition.pk}", "reason": "Somebody is in danger.",
    },
    "admin:accounts_switch_turn": lambda world: {"on": "1", "reason": "A test."},
}  # fmt: skip

# What is posted to a step, by kind of row and name; a reason where nothing is said.
STEPS: dict[tuple[str, str], Callable[[World], Form]] = {
    ("petitions.petition", "extend"): lambda world: {"closes_at": "2099-01-01T12:00:00"},
    ("petitions.comment", "refuse"): lambda world: {"ground": "attack"},
    ("campaigns.organization", "invite_delegate"): lambda world: {
        "name": "Kim Da-on", "address": "daon@own.example", "mandate": "Board, 3 May", "language": "ko",
    },
    ("statements.statement", "lock"): lambda world: {},
    ("statements.statement", "review"): lambda world: {"language": "ko"},
    ("statements.statement", "open_comments"): lambda world: {
        "until": (world.now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S"),
    },
    ("statements.statement", "proposals"): lambda world: {
        "edit": world.commented.versions.get().proposed_edits.first().pk, "accept": "1", "wording": "We call.",
    },
    ("statements.statement", "change_text"): lambda world: {"change": "editorial", "reason": "A comma."},
    ("statements.statement", "courtesy"): lambda world: {"language": "fr", "title": "Titre", "body": "Corps."},
    ("campaigns.organization", "accept_request"): lambda world: {"asked": world.request.pk},
    ("campaigns.organization", "refuse_request"): lambda world: {"asked": world.request.pk, "reason": "Unknown."},
    ("campaigns.organization", "set_logo"): lambda world: {"file": LogoFile()},
    ("statements.statement", "answer_question"): lambda world: {"question": world.question.pk, "answer": "Yes."},
    ("statements.statement", "invite_person"): lambda world: {
        "name": "Bo Lee", "address": "bo.lee@people.example", "language": "en",
    },
    ("statements.statement", "sign_by_authority"): lambda world: {"authorities": [world.other_authority.pk]},
    ("statements.statement", "invite"): lambda world: {"organizations": [world.other.pk]},
    ("statements.statement", "set_embargo"): lambda world: {
        "until": f"{world.now.year + 1}-05-03T09:00:00", "reason": "Because.",
    },
    ("statements.statement", "ask_to_correct"): lambda world: {
        "erratum_en": "Read ten for nine.", "reason": "Because.",
    },
    ("statements.statement", "press"): lambda world: {
        "do": "quote", "quote-language": "en", "quote-words": "We ask.", "quote-speaker": "Han", "quote-role": "Chair",
    },
    ("statements.statement", "previews"): lambda world: {
        "do": "give", "give-name": "Vera", "give-address": "vera@news.example", "give-language": "en",
    },
    ("statements.statement", "signatories"): lambda world: {"do": "order", "order": "name"},
    ("statements.statement", "ask_for_release"): lambda world: asking(world),
    ("statements.statement", "submit_to_body"): lambda world: {
        "route": world.rows["letters.route"].pk, "language": "en", "format": "docx", "case": "A", "prepare": "1",
    },
    ("letters.route", "check_text"): lambda world: {
        "text": "We ask.", "language": "en", "format": "docx", "lead_status": "special", "submitters": "1",
        "confidential": "0",
    },
    ("letters.route", "write_rule"): lambda world: factories.rule_form(world.now.date() + timedelta(days=1)),
    ("letters.submission", "note_submitted"): lambda world: {
        "on": world.now.date().isoformat(), "evidence": "Form 7",
    },
    ("letters.letter", "record_reply"): lambda world: {
        "kind": "answer", "received_on": world.now.date().isoformat(), "summaries_en": "Yes.", "visibility": "private",
    },
    ("letters.reply", "publish"): lambda world: {
        "visibility": "full", "public_text": "Yes.", "public_language": "en", "confirm": "1",
    },
    ("letters.inboundmail", "record"): lambda world: {"kind": "answer", "summaries_en": "Yes."},
    ("letters.inboundmail", "assign"): lambda world: {"reference": world.rows["letters.letter"].reference},
    ("letters.followup", "note_done"): lambda world: {"note": "Called."},
    ("letters.release", "set_follow_ups"): lambda world: {"days": "7, 30"},
    ("letters.letter", "confirm_arrival"): lambda world: {"evidence": "The clerk said so."},
    ("letters.letter", "send_again"): lambda world: {"evidence": "The log says so."},
    ("petitions.officialpetition", "note_progress"): lambda world: {
        "progress": "23456", "on": world.now.date().isoformat(),
    },
    ("petitions.report", "decide"): lambda world: {"acted": "1", "answer": "corrected", "note": ""},
    ("letters.reply", "code"): lambda world: {
        f"verdict_{demand.pk}": "no_word" for demand in Demand.objects.all()
    },
    ("petitions.handover", "ask_for_release"): lambda world: {
        "recipients": list(world.rows["petitions.handover"].petition.recipients.values_list("pk", flat=True)),
        "language": "en", "reply_by": world.reply_by.isoformat(),
    },
    ("letters.release", "test_copy"): lambda world: {
        "recipient": world.rows["letters.release"].recipients.get().pk,
    },
    ("letters.dispatch", "record_delivery"): lambda world: {"evidence": "Receipt 7"},
    ("letters.dispatch", "add_proof"): lambda world: {"file": LogoFile()},
    ("letters.dispatch", "carry_on"): lambda world: {"what_happened": "It came back.", "channel": "hand_delivery"},
    ("letters.letter", "carry_on"): lambda world: {"what_happened": "It came back.", "channel": "hand_delivery"},
    ("letters.recipient", "verify"): lambda world: {
        "verified_on": world.now.date().isoformat(), "review_due_on": f"{world.now.year + 1}-05-03",
        "reason": "Its page.",
    },
}  # fmt: skip

# What a form of the desk says differently from how it was shown: in the page of a row, and of a new one.
CHANGED: dict[str, Form] = {
    "accounts.user": {"name": "Changed"},
    "campaigns.campaign": {"contact_name": "Changed"},
    "campaigns.delegate": {"title": "Changed"},
    "campaigns.demand": {"position": "7"},
    "campaigns.incident": {"title": "Changed"},
    "campaigns.instrument": {"short_name": "Changed"},
    "campaigns.organization": {"short_name": "Changed"},
    "campaigns.outcome": {"happened_on": "2023-10-20"},
    "campaigns.source": {"title": "Changed"},
    "campaigns.topic": {"name": "Changed"},
    "letters.dispatch": {"owner": lambda world: world.people["sender"].pk},
    "letters.followup": {"owner": lambda world: world.people["sender"].pk},
    "letters.lettertemplate": {"subject": "Changed"},
    "letters.recipient": {"city": "Changed"},
    "letters.reply": {"received_on": "2023-10-20"},
    "letters.route": {"body": "Changed"},
    "letters.routeconflict": {"reason": "Changed"},
    "letters.session": {"body": "Changed"},
    "petitions.officialpetition": {"body": "Changed"},
    "outbox.pace": {"per_minute": "77"},
    "petitions.petition": {"goal": "777"},
    "petitions.limitrule": {"limit": "77"},
    "petitions.milestone": {"threshold": "777"},
    "petitions.update": {"texts-0-title": "Changed"},
    "privacy.providerrule": {"canonical": "changed.example"},
    "statements.statement": {"place": "Changed"},
}
NEW: dict[str, Form] = {
    "accounts.user": {"email": "new@coalition.example", "name": "New"},
    "campaigns.campaign": {"slug": "new"},
    "campaigns.demand": {"campaign": lambda world: world.rows["campaigns.campaign"].pk, "key": "new"},
    "campaigns.incident": {
        "campaign": lambda world: world.rows["campaigns.campaign"].pk, "slug": "new", "kind": "repatriation",
        "title": "New", "starts_on": "2023-10-09", "precision": "day",
    },
    "campaigns.instrument": {
        "slug": "new", "name": "New", "kind": "treaty", "parties": '{"CN": "party"}', "articles": '["3"]',
    },
    "campaigns.organization": {"name": "New", "slug": "new", "country": "KR"},
    "campaigns.outcome": {
        "campaign": lambda world: world.rows["campaigns.campaign"].pk, "kind": "vote", "happened_on": "2023-10-20",
        "demands": lambda world: world.rows["campaigns.demand"].pk, "words_en": "New.",
        "source": lambda world: world.rows["campaigns.source"].pk,
    },
    "petitions.handover": {"petition": lambda world: world.rows["petitions.handover"].petition_id},
    "campaigns.source": {"slug": "new", "title": "New"},
    "campaigns.topic": {"slug": "new", "name": "New"},
    "letters.lettertemplate": {"slug": "new", "subject": "New", "body": "New."},
    "letters.recipient": {
        "name": "New", "slug": "new", "kind": "embassy", "role": "influencer", "channels_0": "email", "is_active": "on",
    },
    "letters.route": {"name": "New", "slug": "new", "body": "New", "kind": "court", "is_active": "on"},
    "letters.routeconflict": {
        "first": lambda world: Route.objects.latest("pk").pk, "second": lambda world: world.rows["letters.route"].pk,
        "reason": "Once only.", "sources": lambda world: world.rows["campaigns.source"].slug, "as_of": "2026-01-01",
    },
    "letters.session": {
        "body": "New", "name": "New", "kind": "session_start", "starts_on": "2027-01-01", "ends_on": "2027-01-02",
    },
    "petitions.officialpetition": {
        "petition": lambda world: world.open_petition.pk, "body": "New", "country": "KR",
        "url": "https://assembly.example/2", "threshold": "50000",
    },
    "petitions.partnerlink": {
        "petition": lambda world: world.open_petition.pk, "organization": lambda world: world.other.pk,
    },
    "petitions.limitrule": {"scope": "network", "limit": "9", "seconds": "60", "action": "hold"},
    "petitions.listentry": {"verdict": "block", "domain": "new.example", "reason": "A farm."},
    "petitions.invalidationbatch": {
        "petition": lambda world: world.open_petition.pk, "domain": "new.example", "reason": "A farm.",
    },
    "outbox.pace": {"domain": "new.example", "per_minute": "60"},
    "outbox.suppression": {"address": "new@supporter.example"},
    "petitions.petition": {"campaign": lambda world: world.rows["campaigns.campaign"].pk, "slug": "new", "goal": "9"},
    "petitions.milestone": {"petition": lambda world: world.open_petition.pk, "threshold": "9"},
    "petitions.update": {"petition": lambda world: world.open_petition.pk},
    "privacy.providerrule": {"domain": "new.example", "canonical": "new.example"},
    "statements.statement": {"campaign": lambda world: world.rows["campaigns.campaign"].pk, "slug": "new"},
}  # fmt: skip


def path(world: World, key: str, person: str = "") -> str:
    """Where this address is asked by this person."""
    find = OWN_ARGUMENTS.get((key, person)) or ARGUMENTS.get(key, lambda world: [])
    if key in {"healthz", "readyz"}:
        return f"/{key}"
    if key == "admin/(?P<url>.*)$":
        return "/admin/nothing/"
    found = reverse(key, args=find(world))
    query = QUERIES[key](world) if key in QUERIES else ""
    if key in ORGANIZATION_IN_QUERY:
        query = urlencode({"organization": world.own.slug})  # forged by everybody who is not of it
    return f"{found}?{query}" if query else found


def posted(world: World, key: str, person: str = "") -> Form:
    if key == "petitions:confirm" and person == words.HOLDER:
        return {"shown": world.signature.said_digest}
    if key in {"admin:second-factor", "admin:set-up-authenticator"} and person in world.people:
        waits = key == "admin:set-up-authenticator"
        return {"code": people.code_of_the_app(world.people[person], waits=waits)}
    return POSTED[key](world) if key in POSTED else {}


def step_form(world: World, label: str, name: str) -> Form:
    form = STEPS.get((label, name))
    return form(world) if form else {"reason": "Because."}


def filled(html: str, changes: Form, world: World) -> Form:
    """What a browser would post from this page, with `changes`."""
    fields = _Fields()
    fields.feed(html)
    changed = {name: value(world) if callable(value) else value for name, value in changes.items()}
    return fields.posted | {name: [str(value)] for name, value in changed.items()}


class _Fields(HTMLParser):
    """Collects `posted`, {name: values}, from the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = {}
        self.select: dict[str, str | None] = {}  # the attributes of the one that is open
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and name and found.get("type") not in {"submit", "button", "file", "search"}:
            is_box = found.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in found:
                self.posted.setdefault(name, []).append(found.get("value") or ("on" if is_box else ""))
        elif tag == "textarea" and name:
            self.area, self.posted[name] = name, [""]
        elif tag == "select" and name:
            self.select, self.posted[name] = found, []
        elif tag == "option" and self.select:
            chosen = self.posted[self.select["name"] or ""]
            first = "multiple" not in self.select and not chosen and "first" not in self.select
            if "selected" in found:
                chosen[:] = [*(chosen if "multiple" in self.select else []), found.get("value") or ""]
            elif first:  # what a browser chooses where nothing is said
                chosen.append(found.get("value") or "")
                self.select["first"] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = {}
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            words = self.posted[self.area]
            words[0] = (words[0] + data).removeprefix("\n")


def digest(statement: Any) -> str:
    found: str = statement.versions.latest("number").digest
    return found


def asking(world: World) -> Form:
    """The last page of asking for a release, with the digest of the copies that it showed."""
    recipient = Recipient.objects.get(pk=factories.make_recipient().pk)
    facts: Any = release_facts(world.published.pk, now=world.now)
    release = new_release(language="en", reply_by=world.reply_by, now=world.now, **facts)
    digests, _refusals = digest_copies(release, [recipient], on=localdate(world.now))
    return {
        "language": "en", "reply_by": world.reply_by.isoformat(), "recipients": [recipient.pk], "ask": "1",
        "digest": digests.of_all,
    }  # fmt: skip


def right_token(world: World, purpose: str = CONFIRM) -> str:
    return tokens.make(purpose, world.signature.pk, bytes(world.signature.nonce))


def wrong_token() -> str:
    """One of the right shape, of no row."""
    return tokens.make(CONFIRM, 1, tokens.new_nonce())


class LogoFile(SimpleUploadedFile):
    """One pixel, as PNG, read from its beginning each time."""

    def __init__(self) -> None:
        super().__init__("logo.png", one_pixel(), content_type="image/png")

    def read(self, *args: Any) -> bytes:
        self.seek(0)
        return super().read(*args)
