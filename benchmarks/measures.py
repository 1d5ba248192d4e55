"""What is measured in a process of the product itself, without a server between."""

import logging
import statistics
import time
from datetime import date, timedelta

import brotli
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone, translation

from letters.copies import write_copies
from letters.services import new_release
from letters.sheets import copy_pdf
from petitions import services
from petitions.models import CountChange, Petition, Signature, Tally
from privacy import challenge
from statements.services.releasing import release_facts
from tests.factories import make_published, make_recipient, make_template

DAY = date(2026, 1, 1)


def render(slug: str, rounds: int = 5, each: int = 40) -> dict[str, float]:
    """Milliseconds of CPU for a petition page that no page cache holds: median of the rounds."""
    path = f"/petitions/{slug}/"
    request = RequestFactory().get(path)
    view, args, kwargs = resolve(path)
    petition = Petition.objects.get(slug=slug)

    def show(step: int) -> bytes:
        if step:  # past the clock that is read: what it costs to write a new count is not part of showing it
            Petition.objects.filter(pk=petition.pk).update(signature_count=petition.signature_count + step)
        begun = time.process_time()
        content: bytes = view(request, *args, **kwargs).content
        spent.append(time.process_time() - begun)
        return content

    spent: list[float] = []
    found: dict[str, list[float]] = {"same": [], "changing": []}
    with translation.override("en"):
        page = show(0)
        first = spent[0] * 1000
        show(0)
        for number in range(rounds):
            for name in found:
                spent.clear()
                for step in range(each):
                    show(0 if name == "same" else number * each + step + 1)
                found[name].append(statistics.mean(spent) * 1000)
    begun = time.process_time()
    for _ in range(each):
        brotli.compress(page, quality=5)
    compressing = (time.process_time() - begun) / each * 1000
    cache.clear()
    same, changing = (statistics.median(found[name]) for name in ("same", "changing"))
    compressed = changing + compressing
    return {"same": same, "changing": changing, "compressed": compressed, "first": first, "bytes": len(page)}


def tally(slug: str, rows: int = 200_000, rounds: int = 5) -> dict[str, float]:
    """Changes a second that are added up, of so many that wait: ten countries, fourteen days."""
    petition = Petition.objects.get(slug=slug)
    figures = []
    for _ in range(rounds):
        for start in range(0, rows, 20_000):
            CountChange.objects.bulk_create(
                CountChange(
                    petition=petition, day=DAY + timedelta(days=n % 14), country=("KR", "US", "")[n % 3], change=1
                )
                for n in range(min(20_000, rows - start))
            )
        begun = time.perf_counter()
        services.refresh_signature_counts(now=timezone.now())
        figures.append(rows / (time.perf_counter() - begun))
    assert Petition.objects.get(pk=petition.pk).signature_count == rounds * rows
    return {"rate": statistics.median(figures)}


def forget(slug: str) -> None:
    """Take away what the tally was given without signatures behind it."""
    Tally.objects.filter(petition__slug=slug).delete()
    Petition.objects.filter(slug=slug).update(signature_count=0)


def audit(slug: str, rounds: int = 5) -> dict[str, float]:
    """Signatures a second that the nightly audit compares with the tallies; the limit is counting them."""
    rows = Signature.objects.filter(petition__slug=slug).count()
    ratios, figures = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*), SUM(length(country)) FROM petitions_signature WHERE state = 'confirmed'")
            cursor.fetchall()
        counted = time.perf_counter() - begun
        begun = time.perf_counter()
        logging.disable(logging.ERROR)
        assert services.audit_signature_counts(now=timezone.now()) == []
        logging.disable(logging.NOTSET)
        figures.append(rows / (time.perf_counter() - begun))
        ratios.append(figures[-1] / (rows / counted))
    return {"rate": statistics.median(figures), "ratio": statistics.median(ratios)}


def proof() -> str:
    """What judging one proof of work costs the server, right or forged."""
    now = timezone.now()
    issued = challenge.issue(12, 10, now=now)
    right = str(challenge.solve(issued, "minji@people.example"))
    microseconds = []
    for sent in (issued, issued[:-1] + "x", issued[:-32] + "0" * 32):
        begun = time.perf_counter()
        for _ in range(5_000):
            challenge.judge(sent, right, subject=12, address="minji@people.example", now=now)
        microseconds.append((time.perf_counter() - begun) / 5_000 * 1e6)
    return f"{'judging a proof of work':34} {microseconds[0]:.0f} µs, forged {max(microseconds[1:]):.0f} µs (bar ≤ 50)"


def letter_pdf() -> str:
    """CPU of a letter with 30 signatories once the compiler is warm."""
    make_template(
        body="\n\n".join(["{{ signatories.count }} organizations ask you. " + "A sentence of a letter. " * 18] * 4)
    )
    facts = release_facts(make_published(signers=30).pk, now=timezone.now())
    reply_by = timezone.localdate() + timedelta(days=30)
    release = new_release(language="en", reply_by=reply_by, now=timezone.now(), **facts)
    copies, _refusals = write_copies(release, [make_recipient()])
    [copy] = copies.values()
    copy_pdf(copy, release)
    begun = time.process_time()
    for _ in range(20):
        copy_pdf(copy, release)
    return f"{'letter PDF, 30 signatories':34} {(time.process_time() - begun) / 20 * 1000:.0f} ms CPU warm (bar ≤ 20)"
