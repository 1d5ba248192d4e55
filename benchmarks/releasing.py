"""Ten thousand letters approved at once: time against writing the same rows and nothing else, and memory."""

import gc
import statistics
import time
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from letters.models import FormOfAddress, Letter, Recipient, Release
from letters.models.letter import new_reply_number
from letters.models.recipient import Channel
from letters.services import approve_release, request_release
from outbox.models import Email
from statements.services.releasing import release_facts
from tests.factories import make_published, make_template, make_user

BATCH = 500


def release(rows: int = 10_000, rounds: int = 3) -> dict[str, float]:
    """Seconds of approving, of the same rows written in bulk, their ratio; the most memory above what stood before."""
    facts = _prepare(rows)
    found: dict[str, list[float]] = {"seconds": [], "limit": [], "mb": [], "asking": [], "cpu": []}
    requester, approver = make_user("sender"), make_user("sender")
    for _ in range(rounds):
        now = timezone.now()
        begun = time.perf_counter()
        asked = request_release(
            Recipient.objects.filter(slug__startswith="bench-").prefetch_related("forms_of_address"),
            language="en",
            reply_by=timezone.localdate() + timedelta(days=30),
            by=requester,
            now=now,
            **facts,
        )
        found["asking"].append(time.perf_counter() - begun)
        gc.collect()
        before = _resident()
        begun, used = time.perf_counter(), time.process_time()
        assert approve_release(asked.pk, by=approver, now=now) == rows
        found["seconds"].append(time.perf_counter() - begun)
        found["cpu"].append(time.process_time() - used)
        found["mb"].append((_most() - before) / 1e6)
        found["limit"].append(_bare_rows(asked, requester, rows))
        with transaction.atomic():
            Letter.objects.all().delete()
            Email.objects.filter(kind="letters.letter").delete()
            asked.recipients.clear()
            Release.objects.all().delete()
    middle = {name: statistics.median(figures) for name, figures in found.items()}
    return middle | {"ratio": middle["limit"] / middle["seconds"], "mb": max(found["mb"][:1])}


def _prepare(rows: int) -> dict[str, Any]:
    make_template(
        body="\n\n".join(["{{ signatories.count }} organizations ask {{ recipient.name }}. " + "A sentence. " * 40] * 5)
    )
    offices = Recipient.objects.bulk_create(
        [
            Recipient(
                slug=f"bench-{number}",
                name=f"Office {number} (demo)",
                kind=Recipient.Kind.FOREIGN_MINISTRY,
                role=Recipient.Role.INFLUENCER,
                channel=Channel.EMAIL,
                email=f"office{number}@office{number % 900}.example",
                city=("Seoul", "Geneva", "New York")[number % 3],
                is_fictional=True,
            )
            for number in range(rows)
        ],
        batch_size=BATCH,
    )
    FormOfAddress.objects.bulk_create(
        [
            FormOfAddress(
                recipient=office,
                language="en",
                name=office.name,
                envelope="The Minister",
                salutation="Excellency,",
                closing="Yours faithfully,",
            )
            for office in offices
        ],
        batch_size=BATCH,
    )
    return release_facts(make_published(signers=30).pk, now=timezone.now())


def _bare_rows(written: Release, by: User, rows: int) -> float:
    """Seconds of writing rows of the same size in bulk: what no approval can be quicker than."""
    letters = Letter.objects.filter(release=written).select_related("email").order_by("pk")
    other = Release.objects.get(pk=written.pk)
    other.pk, other.about = None, "bench"
    other.save(force_insert=True)
    spent, last, count = 0.0, 0, 0
    while batch := list(islice(letters.filter(pk__gt=last), BATCH)):
        last, count = batch[-1].pk, count + len(batch)
        for letter in batch:
            assert letter.email is not None
            letter.email.pk, letter.email.key = None, f"bench:{letter.pk}"
            letter.pk, letter.release, letter.text_digest = None, other, "0" * 64
            letter.reply_number = new_reply_number()
        begun = time.perf_counter()
        with transaction.atomic():
            emails = Email.objects.bulk_create([letter.email for letter in batch if letter.email])
            for letter, email in zip(batch, emails, strict=True):
                letter.email = email
            Letter.objects.bulk_create(batch)
        spent += time.perf_counter() - begun
    assert count == rows
    return spent


def _status(name: str) -> int:
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def _resident() -> int:
    """Bytes now; from here on _most() counts anew."""
    with open("/proc/self/clear_refs", "w") as asked:
        asked.write("5")
    return _status("VmRSS")


def _most() -> int:
    """The most bytes since _resident()."""
    return _status("VmHWM")
