"""The measures. Everything runs in this process; what is compared shares its interpreter, database and moment."""

import gc
import io
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from benchmarks.rotation import rotation_of_keys
from benchmarks.sending import sender
from letters.services import preview_copies
from letters.sheets import copy_pdf
from petitions import services
from petitions.models import CountChange, Petition, Signature
from privacy import challenge
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint
from statements.services.releasing import release_facts
from tests.factories import make_petition, make_published, make_recipient, make_template

ROUNDS = 7
DAY = date(2026, 1, 1)


def prepare() -> None:
    call_command("migrate", verbosity=0)


def alternate(limit: Callable[[], None], measured: Callable[[], None]) -> tuple[float, float, float]:
    """Seconds of CPU and wall for both, turn by turn: median of each, and the median of limit / measured."""
    limits: list[float] = []
    figures: list[float] = []
    for _ in range(ROUNDS):
        for act, times in ((limit, limits), (measured, figures)):
            gc.collect()
            begun = time.perf_counter()
            act()
            times.append(time.perf_counter() - begun)
    ratio = statistics.median(a / b for a, b in zip(limits, figures, strict=True))
    return statistics.median(limits), statistics.median(figures), ratio


def line(name: str, each: int, limit: float, figure: float, ratio: float, bar: str) -> str:
    speeds = f"limit {each / limit:,.0f}/s, measured {each / figure:,.0f}/s"
    return f"{name:34} {ratio:5.2f} of the limit (bar {bar})   {speeds}"


def page() -> str:
    """A warm petition page against a Django view that returns 20 KB, both through the WSGI handler."""
    petition = make_petition(opens_at=timezone.now() - timedelta(days=1))
    application = get_wsgi_application()
    environ = RequestFactory().get(f"/petitions/{petition.slug}/").environ
    body = b"x" * 20_000
    bare_request = RequestFactory().get("/")

    def bare() -> None:
        for _ in range(500):
            _bare(bare_request, body)

    def warm() -> None:
        for _ in range(500):
            application(environ | {"wsgi.input": io.BytesIO()}, _start_response)

    warm()
    return line("petition page, warm", 500, *alternate(bare, warm), "≥ 0.9 through a server")


def _start_response(
    status: str, headers: list[tuple[str, str]], exc_info: object = None, /
) -> Callable[[bytes], object]:
    return lambda data: None


def _bare(request: HttpRequest, body: bytes) -> HttpResponse:
    return HttpResponse(body)


def signing() -> str:
    """Signing with duplicate check and mail against writing the one signature row."""
    petition = make_petition(opens_at=timezone.now() - timedelta(days=1))
    now = timezone.now()
    numbers = iter(range(10**9))

    def insert() -> None:
        for _ in range(100):
            number = next(numbers)
            Signature.objects.create(
                petition=petition,
                name="Supporter",
                address=f"a{number}@people.example",
                address_fingerprint=address_fingerprint(canonical(f"a{number}@people.example")),
                language="en",
                created_at=now,
                link_sent_at=now,
            )

    def sign() -> None:
        for _ in range(100):
            services.sign_petition(
                petition, name="Supporter", email=f"b{next(numbers)}@people.example", language="en", now=now
            )

    return line("signing, against one INSERT", 100, *alternate(insert, sign), "≥ 0.8 of CSRF + form + INSERT")


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


def tally() -> str:
    """Adding up 20,000 changes; the limit is reading them."""
    petition = make_petition()

    def fill() -> None:
        CountChange.objects.all().delete()
        CountChange.objects.bulk_create(
            [
                CountChange(
                    petition=petition, day=DAY + timedelta(days=n % 14), country=("KR", "US", "")[n % 3], change=1
                )
                for n in range(20_000)
            ]
        )

    figures = []
    for _ in range(ROUNDS):
        fill()
        begun = time.perf_counter()
        services.refresh_signature_counts(now=timezone.now())
        figures.append(time.perf_counter() - begun)
    assert Petition.objects.get(pk=petition.pk).signature_count == ROUNDS * 20_000
    return f"{'tally':34} {20_000 / statistics.median(figures):,.0f} rows/s (bar ≥ 100,000)"


def letter_pdf() -> str:
    """CPU of a letter with 30 signatories once the compiler is warm."""
    make_template(
        body="\n\n".join(["{{ signatories.count }} organizations ask you. " + "A sentence of a letter. " * 18] * 4)
    )
    facts = release_facts(make_published(signers=30).pk, now=timezone.now())
    release, copies, _refusals = preview_copies(
        [make_recipient()],
        language="en",
        reply_by=timezone.localdate() + timedelta(days=30),
        now=timezone.now(),
        **facts,
    )
    [copy] = copies.values()
    copy_pdf(copy, release)
    begun = time.process_time()
    for _ in range(20):
        copy_pdf(copy, release)
    return f"{'letter PDF, 30 signatories':34} {(time.process_time() - begun) / 20 * 1000:.0f} ms CPU warm (bar ≤ 20)"


ALL = {
    "page": page,
    "signing": signing,
    "proof": proof,
    "tally": tally,
    "sender": sender,
    "letter-pdf": letter_pdf,
    "rotation": rotation_of_keys,
}
