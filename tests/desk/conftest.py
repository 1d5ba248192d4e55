"""The desk with something in every room."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from campaigns.models import Demand, DemandText, Figure, Incident, Instrument, Organization, Place, Position, Source
from letters import services as letters
from letters.models import Release
from letters.models.recipient import Channel
from outbox.models import Suppression
from petitions import services as petitions
from petitions.models import ImportBatch, Milestone, OfficialPetition, Petition, Signature, Update, UpdateText
from statements.models import Statement
from statements.services import invite_organizations, request_release
from tests import factories


@dataclass
class World:
    """One row of everything, and the people who made it."""

    editor: User
    sender: User
    approver: User
    draft: Petition
    in_review: Petition
    open_petition: Petition
    draft_statement: Statement
    open_statement: Statement
    published: Statement
    requested: Release
    approved: Release


@pytest.fixture(scope="module")
def made_world(rows_for_many: Callable[..., AbstractContextManager[World]]) -> Iterator[World]:
    """What `world` is a copy of, written once for a file."""
    with rows_for_many(partial(_make_world, timezone.now())) as world:
        yield world


@pytest.fixture
def world(made_world: World, db: None) -> World:
    """Each test's own: it begins with the same rows, whatever another one did."""
    return deepcopy(made_world)


def _make_world(now: datetime) -> World:
    editor, sender, approver = (factories.make_user(role) for role in ("editor", "sender", "sender"))
    factories.make_template("en")
    factories.make_template("ko", subject="{{ coalition.name }}의 요청", body="{{ statement.url }}")
    campaign = factories.make_campaign()
    shared: dict[str, Any] = {"campaign": campaign, "author": editor}
    ahead: dict[str, Any] = {"deadline": now + timedelta(days=5), "now": now}
    published = factories.make_published(**shared, **ahead)
    open_statement = factories.make_statement(**shared, **ahead)
    invite_organizations(open_statement.pk, list(Organization.objects.members()), by=editor, now=now)
    requested = request_release(
        published.pk,
        [factories.make_recipient()],
        reply_by=timezone.localdate() + timedelta(days=20),
        by=sender,
        now=now,
    )
    carried = factories.make_recipient(channel=Channel.POST, postal_lines=["1 Quay"])
    approved = request_release(
        published.pk,
        [factories.make_recipient(), carried],
        reply_by=timezone.localdate() + timedelta(days=20),
        by=sender,
        now=now,
    )
    letters.approve_release(approved.pk, by=approver, now=now)
    in_review = factories.make_petition(state="draft", **shared)
    petitions.submit_petition(in_review.pk, by=editor, now=now)
    open_petition = factories.make_petition(**shared)
    petitions.sign_petition(
        open_petition,
        name="Anna Kim",
        email="anna.kim@supporter.example",
        comment="For my sister.",
        language="en",
        now=now,
    )
    petitions.confirm_signature(Signature.objects.get().pk, now=now)
    petitions.add_entry("hold", domain="else.example", reason="A farm.", by=editor, now=now)
    petitions.preview_batch(open_petition, {"domain": "else.example"}, reason="A farm.", by=editor, now=now)
    petitions.report_petition(open_petition, about="other", text="…", network=b"", now=now)
    Milestone.objects.create(petition=open_petition, threshold=1_000)
    UpdateText.objects.create(
        update=Update.objects.create(petition=open_petition, author=editor),
        language="en",
        title="News",
        body="A letter.",
    )
    OfficialPetition.objects.create(
        petition=open_petition, body="Assembly", country="KR", url="https://assembly.example/1", threshold=50_000
    )
    ImportBatch.objects.create(
        petition=open_petition, kind="paper", provenance="A vigil.", file_digest="0" * 64, by=editor, at=now
    )
    Suppression.objects.create(fingerprint=b"d" * 32, reason="bounced", is_office=True, since=now)
    factories.make_organization(state="applied")
    _make_evidence(campaign)
    return World(
        editor=editor,
        sender=sender,
        approver=approver,
        draft=factories.make_petition(state="draft", **shared),
        in_review=Petition.objects.get(pk=in_review.pk),
        open_petition=open_petition,
        draft_statement=factories.make_draft(**shared),
        open_statement=open_statement,
        published=published,
        requested=requested,
        approved=Release.objects.get(pk=approved.pk),
    )


def _make_evidence(campaign: Any) -> None:
    demand = Demand.objects.create(campaign=campaign, key="say-it")
    DemandText.objects.create(demand=demand, language="en", addressee="The President", text="Say it in public.")
    source = Source.objects.create(slug="source", title="A report", publisher="A publisher")
    Instrument.objects.create(slug="treaty", name="A treaty", kind="treaty")
    incident = Incident.objects.create(
        campaign=campaign,
        slug="incident",
        kind="repatriation",
        title="A return",
        starts_on="2023-10-09",
        precision="day",
    )
    Place.objects.create(incident=incident, name="Town", country="CN", latitude=42.0, longitude=129.0)
    Figure.objects.create(incident=incident, origin="A group", paraphrase="About 600.", source=source, minimum=500)
    Position.objects.create(incident=incident, actor="A ministry", text="No comment.", source=source)


@pytest.fixture
def desk() -> Callable[..., Client]:
    """`desk(user)`: a browser where this person is signed in; `csrf=True` checks tokens as a server does."""

    def sign_in(user: User, *, csrf: bool = False) -> Client:
        client = Client(enforce_csrf_checks=csrf)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root@coalition.example", "correct horse battery", name="Root")
