"""Journeys: the product as real processes, walked through in a real Chromium.

`site` is what `make run` gives a newcomer: SQLite, embedded broker, mail in files. `redis_site` is what a server runs:
PostgreSQL, Redis, a separate worker and beat, a mail server, DEBUG off. Both hold the demonstration, prepared once.

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


# --- The product ----------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def site(worker_id: str, shared_sites: list[Site]) -> Iterator[Site]:
    """The embedded default, one for all journeys of a worker. Its approved letters wait for an hour."""
    with _running(worker_id, redis=False, MAIL_LEASE=LEASE, RELEASE_COOLING_OFF="3600") as site:
        shared_sites.append(site)
        yield site


@pytest.fixture(scope="session")
def redis_site(worker_id: str, shared_sites: list[Site]) -> Iterator[Site]:
    """PostgreSQL, Redis, separate Celery processes and SMTP, one for all journeys of a worker.

    Mail server and Redis are its own (`postbox`, `redis`), so that a test may break or stop them.
    """
    wishes = {"MAIL_LEASE": LEASE, "RELEASE_COOLING_OFF": "1", "TRUSTED_PROXY_COUNT": "1"}
    with _running(worker_id, redis=True, **wishes) as site:
        shared_sites.append(site)
        yield site


@pytest.fixture
def start_site(worker_id: str) -> Iterator[Callable[..., Site]]:
    """`start_site(redis=False, **environment)`: a site of the test's own, with a fresh copy of the demonstration."""
    with ExitStack() as stack:
        yield lambda **wishes: stack.enter_context(_running(worker_id, **wishes))


@pytest.fixture(scope="session")
def shared_sites() -> list[Site]:
    """Those of this worker that run for more than one test."""
    return []


@pytest.fixture(autouse=True)
def _leave_sites_running(shared_sites: list[Site]) -> Iterator[None]:
    """What a test has stopped, killed or broken runs again for the next; a site that died by itself fails the test."""
    yield
    for site in shared_sites:
        died, last_words = site.has_died, tail(site.log)
        site.mend()
        assert not died, f"`manage.py up` ended by itself:\n{last_words}"


@contextmanager
def _running(worker_id: str, *, redis: bool = False, **environment: str) -> Iterator[Site]:
    """A running site whose data are a copy of the prepared ones."""
    name = f"{worker_id}_{next(NUMBERS)}"
    folder = Path(os.environ["TEST_FOLDER"]) / f"site_{name}"
    prepared = _prepared(redis=redis)
    shutil.copytree(prepared.folder, folder)
    site = Site(folder, _environment(folder, redis=redis) | environment)
    try:
        if redis:
            site.postbox, site.redis = Postbox(), servers.Redis(folder)
            site.postbox.controller.start()
            site.environment["EMAIL_URL"] = site.postbox.url
            site.environment["REDIS_URL"] = site.redis.start()
            site.environment["DATABASE_URL"] = databases.create(name, template=prepared.environment["DATABASE_URL"])
        site.start()
        yield site
    finally:
        site.close()


def _environment(folder: Path, *, redis: bool) -> dict[str, str]:
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": f"sqlite:///{folder}/database.sqlite3",
        "DEBUG": "0" if redis else "1",
        "DEMONSTRATION": "1",
        "PYTHONUNBUFFERED": "1",
    }
    for name in ("STATICFILES_BACKEND", "DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    return environment


def _prepared(*, redis: bool) -> Site:
    """The demonstration as `manage.py setup` loads it; the first worker that needs it waits for it, the others copy."""
    folder = Path(os.environ["TEST_FOLDER"]) / ("prepared_redis" if redis else "prepared")
    site = Site(folder, _environment(folder, redis=redis))
    if redis:
        site.environment["EMAIL_URL"] = "smtp://127.0.0.1:1"  # nothing is sent while the demonstration loads
        prepared = databases.database_prefix() + "prepared"
        site.environment["DATABASE_URL"] = databases.with_database(os.environ["DATABASE_URL"], prepared)
    with databases.lock(folder.with_suffix(".lock")):
        if not folder.exists():
            folder.mkdir()
            (folder / "var").mkdir()
            if redis:
                databases.copy_of_migrated("prepared")
            try:
                site.log.write_text(site.manage("setup"))
            except AssertionError:
                shutil.rmtree(folder)
                if redis:
                    databases.drop(site.environment["DATABASE_URL"])
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
