"""A letter: asked for by one person, approved by another, sent once, and shown in public."""

import re
from html import unescape
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from demo.logins import APPROVER, EDITOR
from tests.conftest import only_long
from tests.journeys.site import Site, text_of, wait_for
from tests.journeys.test_organization import sign_in_at_the_desk

STATEMENT = "/statements/joint-statement-2023-10/"


def offices(site: Site, channel: str, number: int) -> list[tuple[int, str, str]]:
    """Number, name and address of offices of a channel that were not written to yet and whose copy can be written."""
    found = site.sql(
        "SELECT id, name, email FROM letters_recipient office"  # noqa: S608 our own words
        f" WHERE channel = '{channel}' AND kind <> 'foreign_ministry'"
        " AND NOT EXISTS (SELECT 1 FROM letters_letter WHERE recipient_id = office.id)"
        " AND EXISTS (SELECT 1 FROM letters_formofaddress form"
        f" WHERE recipient_id = office.id AND form.language = 'en' AND closing > '') LIMIT {number}"
    )
    assert len(found) == number
    return found


def end_cooling_off(site: Site) -> None:
    """As if the time that the letters approved last have to wait for were over."""
    site.sql(
        "UPDATE outbox_email SET due_at = datetime('now') WHERE id IN"
        " (SELECT email_id FROM letters_letter WHERE release_id = (SELECT max(id) FROM letters_release))"
    )


def ask(page: Page, chosen: list[tuple[int, str, str]]) -> None:
    """From the list of statements to a release that waits for a second person."""
    page.goto("/admin/statements/statement/")
    page.locator("#result_list tbody tr", has_text="After the night of 9 October").locator("a").first.click()
    page.get_by_role("button", name="Ask for release to recipients").click()
    page.get_by_role("button", name="Preview every copy").wait_for()
    page.locator("input[name=recipients]:checked").evaluate_all("boxes => boxes.forEach(box => box.click())")
    for pk, _name, _address in chosen:
        page.locator(f"input[name=recipients][value='{pk}']").check(force=True)
    page.get_by_role("button", name="Preview every copy").click()
    for _pk, name, _address in chosen:
        expect(page.locator("#content-main")).to_contain_text(name)
    page.get_by_role("button", name="Ask for release").click()


def open_newest_release(page: Page) -> None:
    page.goto("/admin/letters/release/")
    with page.expect_navigation():
        page.locator("#result_list tbody tr").first.locator("a").first.click()


def test_two_people_send_one_letter_each_and_the_public_sees_it(site, open_page):
    mailed, carried = offices(site, "email", 3), offices(site, "web_form", 1)
    names, addresses = [name for _pk, name, _address in mailed], [address for _pk, _name, address in mailed]
    editor, approver = open_page(site), open_page(site)
    sign_in_at_the_desk(editor, EDITOR)
    ask(editor, mailed + carried)
    open_newest_release(editor)
    expect(editor.get_by_role("button", name="Approve", exact=True)).to_have_count(0)  # never the one who asked

    sign_in_at_the_desk(approver, APPROVER)
    open_newest_release(approver)
    approver.get_by_role("button", name="Approve", exact=True).click()
    expect(approver.locator(".messagelist")).to_contain_text("4 letters leave")

    assert not any(site.mails(to=address) for address in addresses)
    end_cooling_off(site)
    for address in addresses:
        message = site.wait_for_mail(to=address)
        [pdf] = message.iter_attachments()
        assert pdf.get_content().startswith(b"%PDF")
        assert "Demonstration" in text_of(message)
    assert sum(len(site.mails(to=address)) for address in addresses) == 3

    def shown() -> bool:
        with urlopen(site.url + STATEMENT) as answer:  # noqa: S310 our own address
            html = unescape(answer.read().decode())
        return all(name in html for name in names)

    wait_for(shown, seconds=15, what="the letters on the statement's page")
    public = open_page(site, width=390, javascript=False)
    public.goto(STATEMENT)
    for name in names:
        expect(public.get_by_text(name).first).to_be_visible()
    assert public.get_by_text(carried[0][1]).count() == 0  # nobody has carried it yet


@only_long
def test_stopped_in_time_nothing_leaves(site, open_page):
    chosen = offices(site, "email", 2)
    editor, approver = open_page(site), open_page(site)
    sign_in_at_the_desk(editor, EDITOR)
    ask(editor, chosen)
    sign_in_at_the_desk(approver, APPROVER)
    open_newest_release(approver)
    approver.get_by_role("button", name="Approve", exact=True).click()
    open_newest_release(editor)
    editor.get_by_role("button", name="Stop", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text(re.compile("stay"))
    states = site.sql("SELECT state FROM outbox_email WHERE kind = 'letters.letter' ORDER BY id DESC LIMIT 2")
    assert states == [("cancelled",), ("cancelled",)]


@only_long
@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_says_what_waits_without_a_complaint_of_the_browser(site, open_page, width):
    page = open_page(site, width=width)
    sign_in_at_the_desk(page, EDITOR)
    expect(page.get_by_role("link", name="Statements open for co-signing")).to_be_visible()
    for place in ("petitions/petition", "statements/statement", "letters/letter", "campaigns/organization"):
        page.goto(f"/admin/{place}/")
        page.locator("#result_list tbody a").first.click()
        expect(page.locator("h1").last).to_be_visible()
