"""Journeys: the product as real processes, walked through in a real Chromium.

`site` is what `make run` gives a newcomer: SQLite, embedded broker, mail in files, the demonstration, prepared once.
`redis_site` is what a server runs: PostgreSQL, Redis, a separate worker and beat, a mail server, DEBUG off, few rows.

To start one costs seconds, so the journeys that a pytest-xdist worker runs share them, and count from what they find.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests import databases, servers
from tests.journeys.site import Postbox, Site
from tests.processes import free_port, tail

PICTURES = servers.REPOSITORY / "var" / "journeys"  # what a failing journey saw last
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # a journey never leaves the machine
]
FAILED = pytest.StashKey[bool]()
LEASE = "3"  # seconds that a journey which kills a site waits, at least, until mail in hand is settled
NUMBERS = count(1)
# What a journey on a server's parts needs; each word of it may stand in public.
FEW_ROWS = """
from django.utils import timezone
from tests import factories
factories.make_petition(slug="safe-passage", opens_at=timezone.now())
factories.make_delegate(address="yerin.do@barley-field.example")
"""


# --- The product ----------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def site(worker_id: str, shared_sites: list[Site]) -> Iterator[Site]:
    """The embedded default, one for all journeys of a worker. Its approved letters wait for an hour."""
    with _running(worker_id, MAIL_LEASE=LEASE, RELEASE_COOLING_OFF="3600") as site:
        shared_sites.append(site)
        yield site


@pytest.fixture(scope="module")
def redis_site(worker_id: str, shared_sites: list[Site]) -> Iterator[Site]:
    """PostgreSQL, Redis, separate Celery processes and SMTP, for the journeys of a file; FEW_ROWS are in it.

    Mail server and Redis are its own (`postbox`, `redis`), so that a test may break or stop them.
    """
    name, folder = _new_place(worker_id)
    (folder / "var").mkdir(parents=True)
    environment = {
        "MAIL_LEASE": LEASE,
        "RELEASE_COOLING_OFF": "1",
        "TRUSTED_PROXY_COUNT": "1",
        "DEBUG": "0",
        "DEMONSTRATION": "0",
        "DATABASE_URL": databases.copy_of_migrated(name),
    }
    site = Site(folder, _environment(folder) | environment)
    try:
        site.postbox, site.redis = Postbox(), servers.Redis(folder)
        site.postbox.controller.start()
        site.environment["EMAIL_URL"] = site.postbox.url
        site.environment["REDIS_URL"] = site.redis.start()
        site.manage("setup")
        site.manage("shell", "-v0", "-c", FEW_ROWS)
        site.start()
        shared_sites.append(site)
        yield site
    finally:
        if site in shared_sites:
            shared_sites.remove(site)
        site.close()


@pytest.fixture
def start_site(worker_id: str) -> Iterator[Callable[..., Site]]:
    """`start_site(**environment)`: a site as `site`, of the test's own, with a fresh copy of the demonstration."""
    with ExitStack() as stack:
        yield lambda **wishes: stack.enter_context(_running(worker_id, **wishes))


@pytest.fixture
def site_of_its_own(start_site: Callable[..., Site]) -> Site:
    """As `site`, for a long story that would leave its texts and letters in the way of the other journeys."""
    return start_site(MAIL_LEASE=LEASE, RELEASE_COOLING_OFF="3600")


@pytest.fixture(scope="session")
def shared_sites() -> list[Site]:
    """Those of this worker that run for more than one test."""
    return []


@pytest.fixture(autouse=True)
def _sites_run(shared_sites: list[Site]) -> Iterator[None]:
    """What a test has stopped, killed or broken runs again for the next; a site that died by itself fails the test."""
    for site in shared_sites:
        site.mend()
    yield
    for site in shared_sites:
        assert not site.has_died, f"`manage.py up` ended by itself:\n{tail(site.log)}"


@contextmanager
def _running(worker_id: str, **environment: str) -> Iterator[Site]:
    """A running site whose data are a copy of the prepared ones."""
    _name, folder = _new_place(worker_id)
    shutil.copytree(_prepared().folder, folder)
    site = Site(folder, _environment(folder) | environment)
    try:
        site.start()
        yield site
    finally:
        site.close()


def _new_place(worker_id: str) -> tuple[str, Path]:
    """A name for a database and a folder, of which there is none yet."""
    name = f"{worker_id}_{next(NUMBERS)}"
    return name, Path(os.environ["TEST_FOLDER"]) / f"site_{name}"


def _environment(folder: Path) -> dict[str, str]:
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": f"sqlite:///{folder}/database.sqlite3",
        "DEBUG": "1",
        "DEMONSTRATION": "1",
        "PYTHONUNBUFFERED": "1",
    }
    for name in ("STATICFILES_BACKEND", "DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    return environment


def _prepared() -> Site:
    """The demonstration as `manage.py setup` loads it; the first worker that needs it waits for it, the others copy."""
    folder = Path(os.environ["TEST_FOLDER"]) / "prepared"
    site = Site(folder, _environment(folder))
    with databases.lock(folder.with_suffix(".lock")):
        if not folder.exists():
            folder.mkdir()
            (folder / "var").mkdir()
            try:
                site.log.write_text(site.manage("setup"))
            except AssertionError:
                shutil.rmtree(folder)
                raise
    return site


# --- The browser ----------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run. Playwright's event loop stays in this thread, which Django's ORM would refuse."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=servers.chromium_path(), args=SWITCHES)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visit:
    """What one page did: the requests it made and what Chromium complained of."""

    page: Page
    home: str  # the site's address
    expected: tuple[str, ...]  # parts of complaints that belong to the journey, "404" on an error page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.page.context
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", self._note)
        context.on("weberror", lambda problem: self.complaints.append(f"{problem.error}"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def third_parties(self) -> list[str]:
        """Requests that went anywhere but to the site itself."""
        return [url for url in self.requests if not url.startswith((f"{self.home}/", "data:", "blob:", "about:"))]

    def problems(self) -> list[str]:
        unexpected = [text for text in self.complaints if not any(part in text for part in self.expected)]
        return unexpected + [f"third party: {url}" for url in self.third_parties()]


@pytest.fixture
def visits() -> dict[Page, Visit]:
    """What each page of this test did."""
    return {}


@pytest.fixture
def open_page(
    browser: Browser, request: pytest.FixtureRequest, visits: dict[Page, Visit]
) -> Iterator[Callable[..., Page]]:
    """`open_page(site, width=390, javascript=False, language="ko", expected=("404",))`: a page in a fresh context.

    Addresses are relative to the site. At the end of the test an unexpected console error, a violation of the content
    security policy or a request to a third party fails it; a failing test leaves a picture under var/journeys.
    """

    def open_page(
        site: Site, *, width: int = 1280, javascript: bool = True, language: str = "en", expected: tuple[str, ...] = ()
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 844 if width < 600 else 900},
            is_mobile=width < 600,
            has_touch=width < 600,
            java_script_enabled=javascript,
            locale=language,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        visits[page] = Visit(page, site.url, expected)
        return page

    yield open_page
    for page in visits:
        with suppress(PlaywrightError):  # the page may be what failed
            page.wait_for_timeout(50)  # for complaints on their way
    problems = [problem for visit in visits.values() for problem in visit.problems()]
    if problems or request.node.stash.get(FAILED, False):
        _draw(visits, request.node.name)
    for page in visits:
        page.context.close()
    assert not problems, "\n".join(["The browser complains:", *problems])


def _draw(pages: Iterable[Page], name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        with suppress(PlaywrightError):
            page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def assert_no_third_party(visits: dict[Page, Visit]) -> Callable[[Page], None]:
    """Fail if the page has asked anybody but the site so far."""

    def check(page: Page) -> None:
        visit = visits[page]
        assert visit.requests, "the page has requested nothing yet"
        assert visit.third_parties() == []

    return check


@pytest.fixture
def assert_no_cookie() -> Callable[[Page], None]:
    """Fail if the browser holds a cookie, as after a visit to any public page it must not."""

    def check(page: Page) -> None:
        assert page.context.cookies() == []

    return check
