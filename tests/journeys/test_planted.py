"""Scripts planted in every field of the site: on no page, opened in a real browser, does one run or become an element.

The pages are those of the access matrix, drawn by the product in this process and handed to Chromium with the headers
they leave with: what the content security policy has to stop is a complaint of the browser, and fails as well.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client, override_settings
from django.urls import is_valid_path
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Passkey
from outbox import sending
from outbox.domain_check.checking import our_domain
from outbox.domain_check.finding import Finding, Level
from outbox.models import DomainCheck, Email
from petitions import services as petitions
from petitions.models import Signature
from tests.access import words
from tests.access.addresses import filled
from tests.access.asking import Asker
from tests.access.cells import every_case
from tests.access.site import open_site, open_world
from tests.access.words import ACTS, ASKED, OPENS, TOLD
from tests.conftest import only_long
from tests.journeys.planting import MARKER, TEMPLATE_RAN, payload, plant_everything

pytestmark = pytest.mark.django_db
HOME = "http://localhost"  # nothing listens there: every answer is handed to the browser
STRANGERS = [words.ANONYMOUS, words.HOLDER, words.SIGNER, words.HALF_WAY, words.UNENROLLED]
REFUSALS = ("400", "403", "404", "405", "409", "410", "422", "429")
# Written by strangers, delegates and other people's servers: every page that shows it is opened, and one must.
FROM_OUTSIDE = {
    "petitions.Signature.name",
    "petitions.Signature.alias",
    "petitions.Signature.comment",
    "petitions.Report.text",
    "statements.CoSignature.signer_name",
    "statements.CoSignature.signer_title",
    "statements.CoSignature.authority",
    "accounts.Passkey.name",
    "outbox.Email.server_reply",
    "letters.InboundMail.sender",
    "letters.InboundMail.subject",
    "letters.InboundMail.text",
    "letters.InboundFile.name",
}
PEOPLE_AND_HISTORY = re.compile("accounts_(user|auditentry)_change|erase-person")  # opened in any case
LOOK = """() => {
  const all = [...document.querySelectorAll('*')];
  const inline = element => element.matches('script:not([src]):not([type]), svg[onload], [src$="/planted"]');
  const runs = ({name, value}) => /^on|^data-planted/i.test(name) || /^\\s*(javascript:|data:text)/i.test(value);
  return {
    ran: window.ran,
    elements: all.filter(element => inline(element) || [...element.attributes].some(runs))
      .map(element => element.outerHTML.slice(0, 200)),
    text: document.documentElement.textContent
      + [...document.querySelectorAll('input, textarea')].map(field => field.value).join(' '),
  };
}"""


class Stage:
    """A browser that is handed what the product answers, and what it made of it."""

    is_styled = False

    def __init__(self, page: Page, planted: dict[int, str], words_of_scripts: Any) -> None:
        self.page, self.planted = page, planted
        self.client = Client(raise_request_exception=False)
        self.answers = {"/admin/jsi18n/": words_of_scripts}  # by path
        self.wrong: list[str] = []
        self.shown: dict[str, int] = {}  # how many pages have shown this field
        page.add_init_script("window.ran = []; window.planted = way => { window.ran.push(way) }")
        page.context.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith(settings.STATIC_URL):
            kind = Path(path).suffix
            found = finders.find(path.removeprefix(settings.STATIC_URL)) if kind == ".js" or self.is_styled else None
            body = Path(str(found)).read_bytes() if found else b""  # how it looks costs time and runs nothing
            route.fulfill(body=body, content_type={".js": "text/javascript", ".css": "text/css"}.get(kind, "image/png"))
        elif path in self.answers:
            response = self.answers[path]
            route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)
        elif route.request.resource_type == "image" and is_valid_path(path):
            route.fulfill(content_type="image/png")
        else:
            self.wrong.append(f"{self.page.url} asked for {route.request.url}")
            route.abort()

    def ask(self, session: str, path: str, data: dict[str, Any] | None = None) -> Any:
        """What the product answers; nothing of it stays."""
        self.client.cookies.clear()
        if session:
            self.client.cookies["sessionid"] = session
        with transaction.atomic():
            response = self.client.get(path) if data is None else self.client.post(path, data)
            transaction.set_rollback(True)
        if response.status_code >= 500:
            self.wrong.append(f"{path} broke: {response.status_code}")
        return response

    def show(self, name: str, response: Any, *, always: bool = False) -> None:
        """Open it in the browser if something planted is on it."""
        if not response.get("Content-Type", "").startswith("text/html") or 300 <= response.status_code < 400:
            return
        here = {self.planted.get(int(number), "typed") for number in MARKER.findall(response.content.decode())}
        if not (always or here):
            return
        self.answers["/"] = response
        self.page.goto(f"{HOME}/?{quote(name)}")
        found = self.page.evaluate(LOOK)
        self.wrong += [f"{name}: {what} {found[what]}" for what in ("ran", "elements") if found[what]]
        if TEMPLATE_RAN in found["text"]:
            self.wrong.append(f"{name}: a template was read")
        for field in {self.planted.get(int(number), "typed") for number in MARKER.findall(found["text"])}:
            self.shown[field] = self.shown.get(field, 0) + 1


@pytest.fixture(scope="module")
def world(tmp_path_factory, django_db_setup, django_db_blocker):
    """The site that the matrix asks."""
    with open_site(tmp_path_factory.mktemp("mail")), open_world(django_db_blocker) as world:
        yield world


@pytest.fixture(scope="module")
def cases(world):
    return every_case(world, Asker())


@pytest.fixture(scope="module")
def planted(world) -> dict[int, str]:
    """The world with scripts in it, and mails about what is planted, in the mailbox."""
    now, sign = timezone.now(), partial(petitions.sign_petition, world.open_petition, country="KR", language="en")
    for way in Signature.ShowName.values:
        sign(name="Bo", email=f"{way}@supporter.example", show_name=way, alias="B", comment="!", now=now)
    for person in (words.SUPERUSER, words.SIGNER):
        user, key = world.people[person], person.encode()
        Passkey.objects.create(user=user, credential_id=key, public_key=key, host="testserver", created_at=now)
    finding = Finding("dkim", Level.ERROR, "dkim_syntax", {"name": "x", "term": payload(0, 200)})
    DomainCheck.objects.update(domain=our_domain(), findings=[finding.as_json()])
    planted = plant_everything()
    others = Signature.objects.exclude(pk=world.signature.pk)
    others.update(state=Signature.State.CONFIRMED, confirmed_at=now)
    Email.objects.filter(state=Email.State.QUEUED).update(state=Email.State.CANCELLED)
    sign(name=payload(0, 100), email="mail@supporter.example", comment=payload(0, 500), now=now)
    assert sending.send(sending.claim_due(now)) == 1
    return planted


@pytest.fixture
def stage(open_page, planted, world) -> Iterator[Stage]:
    client = Client()
    client.cookies["sessionid"] = world.session(words.SUPERUSER)
    stage = Stage(open_page(SimpleNamespace(url=HOME), expected=REFUSALS), planted, client.get("/admin/jsi18n/"))
    with patch("letters.rendering.pdf._compile", return_value=b"%PDF, not set"):
        yield stage
    assert stage.wrong == []


@only_long
def test_what_is_planted_is_shown_and_runs_on_no_page(stage, world, cases):
    for case in cases:
        for person in [words.SUPERUSER] if case.at_desk else STRANGERS:
            if case.expected("GET", person) == OPENS:
                answer = stage.ask(world.session(person), case.path(person))
                stage.show(case.name, answer, always=bool(PEOPLE_AND_HISTORY.search(case.name)))
                break  # whoever else may open it sees the same page
    with override_settings(EMAIL_URL="smtp://mail.example"):  # what name servers said is shown where mail leaves
        answer = stage.ask(world.session(words.SUPERUSER), "/admin/outbox/domaincheck/")
    stage.show("the DNS", answer, always=True)
    assert MARKER.search(answer.content.decode())
    for file in settings.MAIL_DIR.glob("*.eml"):
        for page in ("", "html/"):
            stage.show(f"mail {page}", stage.ask("", f"/mailbox/{file.name}/{page}"), always=True)
    missing = FROM_OUTSIDE - set(stage.shown)
    assert not missing, f"planted, but shown on no page: {missing}"
    assert len(stage.shown) > len(FROM_OUTSIDE) + 30  # and most of what staff write


def test_what_strangers_type_comes_back_as_text(stage, world, cases):
    """Each field of each form that somebody who is not in at the desk may send; then what an address may hold."""
    for case in cases:
        for person in STRANGERS:
            if case.at_desk or case.expected("POST", person) not in {ACTS, ASKED, TOLD, OPENS}:
                continue
            session, form = world.session(person), dict(case.form(person))
            if case.expected("GET", person) == OPENS:
                form |= filled(stage.ask(session, case.path(person)).content.decode(), {}, world)
            typed = {name: payload(place, 60) for place, name in enumerate(form)}
            stage.show(f"{case.name} as {person}", stage.ask(session, case.path(person), typed), always=True)
            break
    assert stage.shown["typed"] >= 4  # those of signing, of signing in, of co-signing and of an invitation

    said, superuser = payload(1, None), world.session(words.SUPERUSER)
    for path in (f"/{quote(said)}/", f"/ko/petitions/{quote(said)}/", f"/?{urlencode({'q': said})}"):
        stage.show(path, stage.ask("", path), always=True)
    for path in ("/admin/login/", "/delegate/sign-in/"):
        stage.show(path, stage.ask("", f"{path}?{urlencode({'next': said})}"), always=True)
    for path in ("/admin/accounts/auditentry/", "/admin/petitions/signature/", "/admin/outbox/email/"):
        fields = filled(stage.ask(superuser, path).content.decode(), {"q": said}, world)
        search = {name: said for name in fields if "csrf" not in name}
        stage.show(path, stage.ask(superuser, f"{path}?{urlencode(search)}"), always=True)


@only_long
def test_the_pickers_of_the_desk_show_it_as_text(stage, world):
    """Calendars, clocks and choices by search are drawn by scripts."""
    superuser, page, stage.is_styled = world.session(words.SUPERUSER), stage.page, True
    change = f"/admin/petitions/petition/{world.open_petition.pk}/change/"
    stage.show("petition", stage.ask(superuser, change), always=True)
    for picker in page.locator(".datetimeshortcuts a:has(span)").all():
        picker.click()
    stage.show("office", stage.ask(superuser, "/admin/letters/recipient/add/"), always=True)
    asked = {"app_label": "letters", "model_name": "recipient", "field_name": "parent", "term": ""}
    stage.answers["/admin/autocomplete/"] = stage.ask(superuser, f"/admin/autocomplete/?{urlencode(asked)}")
    page.locator(".select2-selection").first.click()
    expect(page.locator(".select2-results__option").filter(has_text=MARKER).first).to_be_visible()
    found = page.evaluate(LOOK)
    assert (found["ran"], found["elements"]) == ([], [])
