"""A letter: asked for by one person, approved by another, sent once, and shown in public."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from demo.logins import APPROVER, EDITOR
from tests.journeys.site import Site, text_of, wait_for
from tests.journeys.test_organization import sign_in_at_the_desk

STATEMENT = "/statements/joint-statement-2023-10/"


def offices(site: Site, channel: str, number: int) -> list[dict]:
    """Offices of a channel that were not written to yet and whose copy can be written."""
    lines = site.manage(
        "shell",
        "-v0",
        "-c",
        "import json; from letters.models import Recipient;"
        f"found = Recipient.objects.filter(channel='{channel}', letters=None, forms_of_address__closing__gt='',"
        f" forms_of_address__language='en').exclude(kind='foreign_ministry')[:{number}];"
        "print(json.dumps([{'pk': row.pk, 'name': row.name, 'email': row.email} for row in found]))",
    )
    return json.loads(lines)


def ask(page: Page, chosen: list[dict]) -> None:
    """From the list of statements to a release that waits for a second person."""
    page.goto("/admin/statements/statement/")
    page.locator("#result_list tbody tr", has_text="After the night of 9 October").locator("a").first.click()
    page.get_by_role("button", name="Ask for release to recipients").click()
    for box in page.locator("input[name=recipients]:checked").all():
        box.uncheck(force=True)
    for row in chosen:
        page.locator(f"input[name=recipients][value='{row['pk']}']").check(force=True)
    page.get_by_role("button", name="Preview every copy").click()
    for row in chosen:
        expect(page.locator("#content-main")).to_contain_text(row["name"])
    page.get_by_role("button", name="Ask for release").click()


def open_newest_release(page: Page) -> None:
    page.goto("/admin/letters/release/")
    page.locator("#result_list tbody tr").first.locator("a").first.click()


def test_two_people_send_one_letter_each_and_the_public_sees_it(site, open_page):
    mailed, carried = offices(site, "email", 3), offices(site, "web_form", 1)
    assert len(mailed) == 3
    assert len(carried) == 1
    editor, approver = open_page(site), open_page(site)
    sign_in_at_the_desk(editor, EDITOR)
    ask(editor, mailed + carried)
    open_newest_release(editor)
    assert editor.get_by_role("button", name="Approve", exact=True).count() == 0  # never the one who asked

    sign_in_at_the_desk(approver, APPROVER)
    open_newest_release(approver)
    approver.get_by_role("button", name="Approve", exact=True).click()
    expect(approver.locator(".messagelist")).to_contain_text("4 letters leave")

    for row in mailed:
        message = site.wait_for_mail(to=row["email"])
        [pdf] = message.iter_attachments()
        assert pdf.get_content().startswith(b"%PDF")
        assert "Demonstration" in text_of(message)
    assert len([mail for row in mailed for mail in site.mails(to=row["email"])]) == 3

    public = open_page(site, width=390, javascript=False)

    def shown() -> bool:
        public.goto(STATEMENT)
        return all(public.get_by_text(row["name"]).count() for row in mailed)

    wait_for(shown, seconds=15, what="the letters on the statement's page")
    assert public.get_by_text(carried[0]["name"]).count() == 0  # nobody has carried it yet


def test_stopped_in_time_nothing_leaves(start_site, open_page):
    site = start_site(RELEASE_COOLING_OFF="60")
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
    states = site.manage(
        "shell",
        "-v0",
        "-c",
        "from outbox.models import Email;"
        "letters = Email.objects.filter(kind='letters.letter').order_by('-pk');"
        "print(sorted(letters[:2].values_list('state', flat=True)))",
    )
    assert states.strip() == "['cancelled', 'cancelled']"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_says_what_waits_without_a_complaint_of_the_browser(site, open_page, width):
    page = open_page(site, width=width)
    sign_in_at_the_desk(page, EDITOR)
    expect(page.get_by_role("link", name="Statements open for co-signing")).to_be_visible()
    for place in ("petitions/petition", "statements/statement", "letters/letter", "campaigns/organization"):
        page.goto(f"/admin/{place}/")
        page.locator("#result_list tbody a").first.click()
        expect(page.locator("h1").last).to_be_visible()
