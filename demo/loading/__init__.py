"""Loads the believable campaign, through the same services people use, and deletes it again."""

from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from accounts import switches
from accounts.audit import chain, triggers
from accounts.models import Switch, User
from campaigns.models import Campaign, Organization
from demo.exceptions import LoadRefused
from demo.files import document
from demo.loading.accountability import load_coded_replies, load_handover, load_outcomes, send_gathered_news
from demo.loading.evidence import load_campaign, load_incidents, load_instruments, load_sources
from demo.loading.letters import load_letters
from demo.loading.members import load_members, load_talk
from demo.loading.people import load_fictional_organizations, load_real_organizations, load_staff
from demo.loading.petition import load_petition, load_signatures
from demo.loading.petition_life import load_life, load_partner_links
from demo.loading.press import load_embargoed_release, load_press_page
from demo.loading.recipients import load_letter_templates, load_recipients
from demo.loading.routes import load_routes, load_submission
from demo.loading.statements import load_draft, load_historical_statement, load_joint_statement, load_second_statement
from demo.loading.timeline import Timeline
from demo.logins import STAFF, Login, with_random_passwords
from letters.models import Recipient
from petitions.models import Petition
from statements import triggers as locked_texts
from statements.models import Statement

THEIRS = (User, Petition, Statement, Organization, Recipient, Campaign)  # an empty database has none of these


def load(*, now: datetime, in_public: bool = False) -> list[Login]:
    """Load the demonstration, dated from `now`, and return its staff logins; [] when it is there already.

    All of it or nothing: what is interrupted leaves an empty database with the switch on. With DEBUG
    off it must be meant for the public, and the passwords are new. Raises LoadRefused.
    """
    if is_loaded():
        return []
    _check_allowed(in_public)
    _check_empty()
    logins = STAFF if settings.DEBUG else with_random_passwords(STAFF)
    # Before anything else, so that no page or mail is without its line.
    switches.turn(Switch.Key.DEMONSTRATION, True, by=None, now=now, reason="load_demo")
    with transaction.atomic():
        Switch.objects.select_for_update().get(key=Switch.Key.DEMONSTRATION)
        if is_loaded():  # by another process, while this one waited for the lock
            return []
        _load_content(logins, Timeline(now))
    chain.seal(now)
    return logins


def reset(*, now: datetime, in_public: bool = False) -> list[Login]:
    """Delete everything and load again. Raises LoadRefused where the database may hold more than the demonstration."""
    _check_allowed(in_public)
    if not _switch_is_on():
        raise LoadRefused(
            "--reset deletes everything in the database, so it works only where the demonstration is loaded; "
            "here it is not."
        )
    with triggers.lifted(), locked_texts.lifted():
        call_command("flush", interactive=False, verbosity=0)
    _write_first_rules()
    if settings.MAILBOX:
        for message in settings.MAIL_DIR.glob("*.eml"):  # its links lead nowhere now
            message.unlink(missing_ok=True)
    return load(now=now, in_public=in_public)


def is_loaded() -> bool:
    return _switch_is_on() and Campaign.objects.filter(slug=document("campaign")["slug"]).exists()


def _write_first_rules() -> None:
    """What the migrations write into a new database, and the flush has deleted."""
    import_module("petitions.migrations.0007_default_limits").write(apps, None)
    import_module("privacy.migrations.0003_manage_provider_rules").write_rules(apps, None)


def _load_content(logins: list[Login], timeline: Timeline) -> None:
    staff = load_staff(logins)
    sources = load_sources()
    campaign = load_campaign(load_instruments(sources))
    load_incidents(campaign, sources)
    load_outcomes(campaign, sources, staff, timeline)
    load_real_organizations()
    load_fictional_organizations(staff, timeline)
    offices = load_recipients(staff, timeline)
    load_letter_templates(offices)
    load_routes(sources, staff, timeline)
    load_historical_statement(campaign, sources, staff)
    petition = load_petition(campaign, offices, staff, timeline)
    statement = load_joint_statement(campaign, staff, timeline)
    load_letters(statement, staff, timeline)
    load_press_page(statement, staff, timeline)
    load_submission(statement, staff, timeline)
    load_draft(campaign, staff, timeline)
    load_members(staff, timeline)
    load_talk(load_second_statement(campaign, staff, timeline), staff, timeline)
    load_embargoed_release(campaign, staff, timeline)
    links = load_partner_links(petition, staff, timeline)
    load_signatures(petition, timeline.now, [link.code for link in links])
    load_life(petition, staff, timeline)
    load_coded_replies(staff, timeline)
    load_handover(petition, offices, staff, timeline)
    send_gathered_news(timeline)


def _switch_is_on() -> bool:
    """As the database has it; the cached state may be some seconds old."""
    return Switch.objects.filter(key=Switch.Key.DEMONSTRATION, is_on=True).exists()


def _check_allowed(in_public: bool) -> None:
    if not settings.DEBUG and not in_public:
        raise LoadRefused(
            "DEBUG is off, so this may be a public site, and the demonstration shows invented signatures and letters. "
            "If that is what this site is for, add --yes-in-public; staff then get new passwords, printed once."
        )


def _check_empty() -> None:
    found = [f"{model._meta.verbose_name_plural}: {count}" for model in THEIRS if (count := model.objects.count())]
    if found:
        raise LoadRefused(
            f"This database is in use ({', '.join(found)}). The demonstration is loaded into an empty one only: "
            "give another DATABASE_URL."
        )
