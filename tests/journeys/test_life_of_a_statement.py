"""A text from its draft to its signatures, by the people who take part, in one browser each.

Screenshots of every station are kept under var/journeys/life when JOURNEY_PICTURES is set.
"""

import os
import re
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from demo.files import records
from demo.logins import APPROVER, EDITOR
from tests.conftest import only_long
from tests.journeys.conftest import PICTURES
from tests.journeys.site import Site
from tests.journeys.test_organization import sign_in, sign_in_at_the_desk

SLUG = "river-letter"
ENGLISH = "We ask every State to let people pass who fled.\n\nNobody is to be returned to danger."
KOREAN = (
    "피신한 사람들이 지나갈 수 있게 해 주기를 모든 국가에 요청합니다.\n\n누구도 위험한 곳으로 돌려보내서는 안 됩니다."
)
SHOTS = count(1)


class Desk:
    """A member of staff at the page of the statement."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    def press(self, button: str, said: str, **answers: str) -> None:
        """Take a step of the page, with the answers its form asks for; the desk says it is done."""
        self.open()
        self.page.locator("#content-main").get_by_role("button", name=button, exact=True).or_(
            self.page.locator("#content-main").get_by_role("link", name=button, exact=True)
        ).first.click()
        self.page.wait_for_load_state()
        if answers or self.page.locator(".step-page form").count():
            self.shoot(button)
            for name, answer in answers.items():
                field = self.page.locator(f".step-page [name='{name}']").first
                if field.evaluate("field => field.tagName") == "SELECT":
                    field.select_option(answer)
                else:
                    field.fill(answer)
            self.page.locator(".step-page .step-buttons button").first.click()
        expect(self.page.locator(".messagelist")).to_contain_text(said)
        self.shoot(f"{button}-done")

    def open(self) -> None:
        self.page.goto("/admin/statements/statement/?q=" + SLUG)
        with self.page.expect_navigation():
            self.page.locator("#result_list tbody th a").first.click()

    def shoot(self, what: str) -> None:
        shoot(self.page, f"{self.name}-{what}")


def shoot(page: Page, what: str) -> None:
    if os.environ.get("JOURNEY_PICTURES"):
        folder = PICTURES / "life"
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub("[^a-z0-9]+", "-", what.lower())
        page.screenshot(path=folder / f"{next(SHOTS):02d}-{name}.png", full_page=True)


def in_seoul(moment: datetime) -> str:
    """As people type it into a box for a moment."""
    return moment.astimezone(ZoneInfo("Asia/Seoul")).strftime("%Y-%m-%dT%H:%M")


class Delegate:
    """A delegate on a phone, signed in."""

    def __init__(self, site: Site, open_page, record: dict) -> None:
        self.language = record["delegate"]["language"]
        self.prefix = "" if self.language == "en" else "/ko"
        self.page: Page = open_page(site, width=390, language=self.language, expected=("422",))
        self.name, self.organization = record["delegate"]["name"], record["id"]
        sign_in(self.page, site, record["delegate"]["address"], path=f"{self.prefix}/delegate/")
        self.there = f"{self.prefix}/delegate/statements/{SLUG}/"

    def sign(self) -> None:
        page = self.page
        page.goto(self.there)
        page.locator("#id_signer_name").fill(self.name)
        page.locator("#id_signer_title").fill("Director")
        page.locator("#id_authority").fill("Board decision of 3 May")
        page.locator("#id_confirms").check()
        page.locator("form[aria-labelledby=cosign-heading] button").click()
        expect(page).to_have_url(re.compile(r"/signed/"))
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def answer(self, way: str, text: str) -> None:
        page = self.page
        page.goto(f"{self.there}{way}/")
        field = page.locator("main form textarea").first
        if not field.is_visible():
            page.locator("main details:has(textarea) > summary").first.click()
        field.fill(text)
        page.locator("main form:has(textarea)").first.locator("button").last.click()
        page.wait_for_load_state()
        expect(page).to_have_url(re.compile(rf"{re.escape(self.there)}(\?.*)?$"))


def write_draft(page: Page) -> None:
    page.goto("/admin/statements/statement/add/")
    page.locator("#id_campaign").select_option(index=1)
    page.locator("#id_kind").select_option("joint_statement")
    page.locator("#id_slug").fill(SLUG)
    page.locator("#id_place").fill("Seoul")
    page.locator("#id_deadline").fill(in_seoul(datetime.now(ZoneInfo("UTC")) + timedelta(days=5)))
    for number, (language, status, title, body) in enumerate(
        (("en", "authoritative", "A letter from the river", ENGLISH), ("ko", "official", "강에서 보내는 편지", KOREAN))
    ):
        if number and not page.locator(f"#id_translations-{number}-title").count():
            page.locator(".add-row a, .add-row button").first.click()
        page.locator(f"#id_translations-{number}-language").select_option(language)
        page.locator(f"#id_translations-{number}-status").select_option(status)
        page.locator(f"#id_translations-{number}-title").fill(title)
        page.locator(f"#id_translations-{number}-body").fill(body)
    shoot(page, "draft")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist")).to_be_visible()


@only_long
def test_from_draft_to_eight_signatures_a_decline_and_a_question(site, open_page):
    editor, second = Desk(open_page(site), "editor"), Desk(open_page(site), "second")
    sign_in_at_the_desk(editor.page, EDITOR)
    sign_in_at_the_desk(second.page, APPROVER)
    write_draft(editor.page)

    asked = [record for record in records("fictional-organizations") if record.get("state", "verified") == "verified"]
    people = [Delegate(site, open_page, record) for record in asked[3:13]]
    signers, declining, asking = people[:8], people[8], people[9]

    until = datetime.now(ZoneInfo("UTC")) + timedelta(days=1)
    editor.press("Open for comments", "Open for comments.", until=in_seoul(until))
    page = signers[0].page
    page.goto(f"{signers[0].prefix}/delegate/statements/{SLUG}/comments/?text=en")
    shoot(page, "delegate-comments")
    paragraph = page.locator("#body-2")
    paragraph.locator("summary").click()
    paragraph.locator("textarea").fill("Nobody may be returned to danger.")
    paragraph.locator("form button").click()
    expect(page.locator("[role=status]")).to_be_visible()
    editor.open()
    editor.page.get_by_role("link", name="Proposals").or_(
        editor.page.get_by_role("button", name="Proposals")
    ).first.click()
    editor.shoot("proposals")
    editor.page.locator("button[name=accept]").click()
    expect(editor.page.locator(".messagelist")).to_contain_text("Accepted")
    editor.press("End the comment round", "Ended.")
    for language in ("en", "ko"):
        second.press("Mark as read over", "is read over", language=language)
    editor.press("Check and lock", "Its digest begins with")
    editor.press("Open for co-signing", "Open.")
    editor.open()
    editor.page.locator("#content-main").get_by_role("button", name="Invite organizations").or_(
        editor.page.locator("#content-main").get_by_role("link", name="Invite organizations")
    ).first.click()
    editor.shoot("invite")
    editor.page.locator(".step-page .step-buttons button").first.click()
    expect(editor.page.locator(".messagelist")).to_contain_text("organizations invited")

    people[0].page.goto(people[0].there)
    shoot(people[0].page, "delegate-cosign")
    for signer in signers:
        signer.sign()
    shoot(signers[1].page, "delegate-signed")
    declining.answer("decline", "Our board did not agree.")
    shoot(declining.page, "delegate-declined")
    asking.answer("question", "Does this bind our members?")
    shoot(asking.page, "delegate-asked")
