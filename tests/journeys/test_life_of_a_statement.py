"""A text from its draft to its erratum, by the people who take part, in a browser of each one's own."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from demo.files import records
from demo.logins import APPROVER, EDITOR
from tests.conftest import only_long
from tests.journeys.site import Site, wait_for
from tests.journeys.test_organization import sign_in, sign_in_at_the_desk
from tests.journeys.walking import Desk, in_seoul, is_too_wide, readers, shoot

SLUG = "river-letter"
ENGLISH = "We ask every State to let people pass who fled.\n\nNobody is to be returned to danger."
KOREAN = (
    "피신한 사람들이 지나갈 수 있게 해 주기를 모든 국가에 요청합니다.\n\n누구도 위험한 곳으로 돌려보내서는 안 됩니다."
)
ASKED = "Asked. A second person now decides."
PUBLIC = f"/statements/{SLUG}/"
PLACE = f"/admin/statements/statement/?q={SLUG}"
TITLES = {"en": "A letter from the river", "ko": "강에서 보내는 편지"}
CORRECTIONS = {"en": "The second paragraph means every State.", "ko": "둘째 단락은 모든 국가를 뜻합니다."}


class Delegate:
    """A delegate on a phone, signed in."""

    def __init__(self, site: Site, open_page, record: dict) -> None:
        self.language = record["delegate"]["language"]
        self.prefix = "" if self.language == "en" else "/ko"
        self.page: Page = open_page(site, width=390, language=self.language, expected=("422",))
        self.name, self.organization_names = record["delegate"]["name"], [record["name_en"], record["name_ko"]]
        sign_in(self.page, site, record["delegate"]["address"], path=f"{self.prefix}/delegate/")
        self.there = f"{self.prefix}/delegate/statements/{SLUG}/"

    def sign(self, *, in_confidence: bool = False) -> None:
        page = self.page
        page.goto(self.there)
        page.locator("#id_is_confidential").set_checked(in_confidence)
        page.locator("#id_signer_name").fill(self.name)
        page.locator("#id_signer_title").fill("Director")
        page.locator("#id_authority").fill("Board decision of 3 May")
        page.locator("#id_confirms").check()
        page.locator("form[aria-labelledby=cosign-heading] button").click()
        expect(page).to_have_url(re.compile(r"/signed/"))
        assert not is_too_wide(page)

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

    def withdraw(self) -> None:
        page = self.page
        page.goto(self.there)
        page.locator("main a[href*='/withdraw/']").first.click()
        shoot(page, "delegate-withdraws")
        page.locator("#id_sure").check()
        page.locator("main form:has(#id_sure) button").last.click()
        expect(page).to_have_url(re.compile(rf"{re.escape(self.there)}(\?.*)?$"))


# --- Stations -------------------------------------------------------------------------------------
def write_draft(page: Page) -> None:
    page.goto("/admin/statements/statement/add/")
    page.locator("#id_campaign").select_option(index=1)
    page.locator("#id_kind").select_option("joint_statement")
    page.locator("#id_slug").fill(SLUG)
    page.locator("#id_place").fill("Seoul")
    page.locator("#id_deadline").fill(in_seoul(datetime.now(UTC) + timedelta(days=5)))
    for number, (language, status, title, body) in enumerate(
        (("en", "authoritative", TITLES["en"], ENGLISH), ("ko", "official", TITLES["ko"], KOREAN))
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


def comment(editor: Desk, delegate: Delegate) -> None:
    """A delegate proposes another wording for a paragraph, and the editor takes it."""
    until = datetime.now(UTC) + timedelta(days=1)
    editor.press("Open for comments", "Open for comments.", until=in_seoul(until))
    page = delegate.page
    page.goto(f"{delegate.prefix}/delegate/statements/{SLUG}/comments/?text=en")
    shoot(page, "delegate-comments")
    paragraph = page.locator("#body-2")
    paragraph.locator("summary").click()
    paragraph.locator("textarea").fill("Nobody may be returned to danger.")
    paragraph.locator("form button").click()
    expect(page.locator("[role=status]")).to_be_visible()
    editor.open_page_of("Proposals")
    editor.shoot("proposals")
    editor.page.locator("button[name=accept]").click()
    expect(editor.page.locator(".messagelist")).to_contain_text("Accepted")
    editor.press("End the comment round", "Ended.")


def lock_and_open(editor: Desk, second: Desk) -> None:
    for language in TITLES:
        second.press("Mark as read over", "is read over", language=language)
    editor.press("Check and lock", "Its digest begins with")
    editor.press("Open for co-signing", "Open.")


def invite(editor: Desk) -> None:
    editor.open_page_of("Invite organizations")
    editor.shoot("invite")
    editor.page.locator(".step-page .step-buttons button").first.click()
    expect(editor.page.locator(".messagelist")).to_contain_text("organizations invited")


def change_in_substance(editor: Desk) -> None:
    editor.press("Change the text", "begins as a copy", change="material", reason="A demand was missing.")
    page = editor.page
    editor.open()
    for place, more in enumerate(("We ask for an answer in public.", "공개적인 답변을 요청합니다.")):
        body = page.locator(f"#id_translations-{place}-body")
        body.fill(f"{body.input_value()}\n\n{more}")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist")).to_be_visible()


def let_the_deadline_pass(site: Site, editor: Desk) -> None:
    """The editor says until when late names are taken; then time goes on."""
    editor.open()
    editor.page.locator("#id_late_until").fill(in_seoul(datetime.now(UTC) + timedelta(days=9)))
    editor.page.locator("[name=_save]").first.click()
    expect(editor.page.locator(".messagelist")).to_be_visible()
    site.sql("UPDATE statements_statement SET deadline = datetime('now', '-1 hour') WHERE slug = 'river-letter'")


@only_long
def test_from_draft_to_erratum(site_of_its_own, open_page):
    site = site_of_its_own
    editor, second = Desk(open_page(site), "editor", PLACE), Desk(open_page(site), "second", PLACE)
    sign_in_at_the_desk(editor.page, EDITOR)
    sign_in_at_the_desk(second.page, APPROVER)
    asked = [record for record in records("fictional-organizations") if record.get("state", "verified") == "verified"]
    people = [Delegate(site, open_page, record) for record in asked[3:15]]
    signers, declining, asking, late, secret = people[:8], people[8], people[9], people[10], people[11]

    write_draft(editor.page)
    comment(editor, signers[0])
    lock_and_open(editor, second)
    invite(editor)

    signers[0].page.goto(signers[0].there)
    shoot(signers[0].page, "delegate-cosign")
    for signer in signers:
        signer.sign()
    shoot(signers[1].page, "delegate-signed")
    declining.answer("decline", "Our board did not agree.")
    shoot(declining.page, "delegate-declined")
    asking.answer("question", "Does this bind our members?")
    shoot(asking.page, "delegate-asked")
    editor.press("Answer a question", "Answered.", question="", answer="It binds whoever signs, nobody else.")
    asking.page.goto(asking.there)
    expect(asking.page.locator("main")).to_contain_text("It binds whoever signs, nobody else.")
    shoot(asking.page, "delegate-answered")

    change_in_substance(editor)
    lock_and_open(editor, second)
    signers[0].page.goto(signers[0].there)
    shoot(signers[0].page, "delegate-asked-again")
    for signer in signers[:7]:
        signer.sign()
    secret.sign(in_confidence=True)
    shoot(secret.page, "delegate-signed-in-confidence")

    let_the_deadline_pass(site, editor)
    late.page.goto(late.there)
    shoot(late.page, "delegate-late")
    late.sign()
    editor.press("Close co-signing", "Closed.")
    ahead = datetime.now(UTC) + timedelta(days=2)
    second.press("Publish under embargo", "Under embargo until", until=in_seoul(ahead), reason="A session in Geneva.")
    reader = open_page(site, width=390, javascript=False, expected=("404",))
    reader.goto(PUBLIC)
    expect(reader.locator("body")).not_to_contain_text(TITLES["en"])
    shoot(reader, "public-under-embargo")
    second.press("Ask to end the embargo now", ASKED, reason="It is known already.")
    editor.press("Agree", "In a minute it is public", reason="Yes.")
    wait_for(lambda: reader.goto(PUBLIC).status == 200, seconds=90, what="the end of the embargo")

    unnamed = [signers[7], declining, asking, secret]  # asked again and silent, or never by name
    for language, prefix, reader, which in readers(site, open_page):
        reader.goto(prefix + PUBLIC)
        expect(reader.locator("h1")).to_contain_text(TITLES[language])
        assert not is_too_wide(reader)
        shoot(reader, f"public-{which}")
        expect(reader.locator("[data-cosignature-count]").first).to_have_attribute("data-cosignature-count", "9")
        told = reader.locator("main").inner_text()
        assert [sum(name in told for name in signer.organization_names) for signer in [*signers[:7], late]] == [1] * 8
        assert not [name for delegate in unnamed for name in delegate.organization_names if name in told]

    leaving = signers[6]
    leaving.withdraw()
    shoot(leaving.page, "delegate-withdrawn")
    wait_for(lambda: second.offers("Ask to publish a correction"), seconds=90, what="the desk to see it published")
    second.press(
        "Ask to publish a correction",
        ASKED,
        erratum_en=CORRECTIONS["en"],
        erratum_ko=CORRECTIONS["ko"],
        reason="It was asked about.",
    )
    editor.press("Agree", "Agreed", reason="Yes.")

    def shows(address, words):  # pages are kept for some seconds
        reader.goto(address)
        return words in reader.locator("main").inner_text()

    wait_for(lambda: shows(PUBLIC, CORRECTIONS["en"]), what="the correction on the page")
    expect(reader.locator("[data-cosignature-count]").first).to_have_attribute("data-cosignature-count", "8")
    shoot(reader, "public-corrected")
    wait_for(lambda: shows("/ko" + PUBLIC, CORRECTIONS["ko"]), what="the correction on the Korean page")
    shoot(reader, "public-corrected-ko")
