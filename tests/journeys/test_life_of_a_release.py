"""A statement goes out to every office there is, by every channel, and what comes back is read, noted and shown."""

import re
from email.message import EmailMessage
from urllib.parse import quote

from playwright.sync_api import expect

from demo.logins import APPROVER, EDITOR
from tests.conftest import only_long
from tests.journeys.site import Site, wait_for
from tests.journeys.test_organization import sign_in_at_the_desk
from tests.journeys.walking import Desk, is_too_wide, readers, shoot
from tests.letters import mails

SLUG = "open-letter-2023-10-news-and-places"
STATEMENT = f"/admin/statements/statement/?q={SLUG}"
RELEASES, INBOUND = "/admin/letters/release/", "/admin/letters/inboundmail/"
PUBLIC = f"/statements/{SLUG}/"
SUMMARIES = {"en": "They will raise it in the spring.", "ko": "봄에 제기하겠다고 합니다."}


def release_to_everybody(editor: Desk, second: Desk) -> None:
    """Published by a second person, asked for by the first, approved by the second."""
    editor.press("Close co-signing", "Closed.")
    second.press("Publish", "Published.")
    editor.open_page_of("Ask for release to recipients")
    editor.page.locator("input[name=everybody]").check()
    editor.shoot("choose")
    editor.page.get_by_role("button", name="Preview every copy").click()
    editor.shoot("preview")
    editor.page.get_by_role("button", name=re.compile("Leave out the 4")).click()
    editor.page.get_by_role("button", name="Ask for release", exact=True).click()
    expect(editor.page.locator(".messagelist")).to_contain_text("Asked.")
    editor.shoot("asked")
    second.place = RELEASES
    second.press("Approve", "109 letters leave")


def end_cooling_off(site: Site) -> None:
    """As if the time for second thoughts, and the hour at each office, had come."""
    site.sql("UPDATE letters_release SET send_at = datetime('now', '-1 minute')")
    site.sql("UPDATE letters_letter SET leaves_at = datetime('now', '-1 minute')")
    site.sql("UPDATE outbox_email SET due_at = datetime('now') WHERE kind = 'letters.letter'")


def sent_to(site: Site) -> list[tuple[str, EmailMessage]]:
    """(office, the mail it got) for the fictional offices that are written to by mail."""
    rows = site.sql(
        "SELECT office.name, office.email FROM letters_letter letter JOIN letters_recipient office"
        " ON office.id = letter.recipient_id JOIN outbox_email mail ON mail.id = letter.email_id"
        " AND mail.state = 'sent' WHERE letter.release_id = (SELECT max(id) FROM letters_release)"
        " AND office.is_fictional ORDER BY office.id"
    )
    return [(name, site.mails(to=address)[-1]) for name, address in rows]


def upload(desk: Desk, mail: bytes) -> None:
    """Hand a mail to the desk as a file; its page is the place from now on."""
    page = desk.page
    page.goto(f"{INBOUND}add/")
    page.locator("input[type=file]").set_input_files({"name": "mail.eml", "mimeType": "message/rfc822", "buffer": mail})
    page.locator(".step-buttons button").first.click()
    expect(page.locator(".messagelist")).to_be_visible()
    desk.shoot("upload")
    desk.place = page.url


def publish_reply(desk: Desk) -> None:
    """From the reply that was recorded last, read as everybody will before it is public."""
    page = desk.page
    desk.place = page.url
    desk.open_page_of("Publish")
    page.locator("input[name=visibility]").first.check()
    desk.shoot("publish")
    page.get_by_role("button", name="See how it will be read").click()
    desk.shoot("as-it-will-be-read")
    page.get_by_role("button", name="Publish exactly this").click()
    expect(page.locator(".messagelist")).to_be_visible()
    desk.shoot("published")


def carried(site: Site) -> list[tuple[str, str]]:
    """(channel, office) of the fictional offices to which people carry their letter."""
    return site.sql(
        "SELECT letter.channel, office.name FROM letters_letter letter JOIN letters_recipient office"
        " ON office.id = letter.recipient_id JOIN letters_dispatch dispatch ON dispatch.letter_id = letter.id"
        " WHERE letter.release_id = (SELECT max(id) FROM letters_release) AND office.is_fictional ORDER BY office.id"
    )


def grow_silent(site: Site) -> None:
    """As if a fortnight had gone by without an answer; the clock then looks who is silent."""
    site.sql(
        "UPDATE outbox_email SET sent_at = datetime('now', '-15 days') WHERE state = 'sent' AND id IN"
        " (SELECT email_id FROM letters_letter WHERE release_id = (SELECT max(id) FROM letters_release))"
    )
    site.manage("shell", "-v0", "-c", "from letters.tasks import open_follow_ups; open_follow_ups()")


@only_long
def test_to_every_office_by_every_channel_and_what_came_back(site_of_its_own, open_page):
    site = site_of_its_own
    editor, second = Desk(open_page(site), "editor", STATEMENT), Desk(open_page(site), "second", STATEMENT)
    sign_in_at_the_desk(editor.page, EDITOR)
    sign_in_at_the_desk(second.page, APPROVER)
    release_to_everybody(editor, second)
    end_cooling_off(site)

    def waiting() -> list[tuple[int]]:
        return site.sql(
            "SELECT count(*) FROM letters_letter letter JOIN outbox_email email ON email.id = letter.email_id"
            " WHERE letter.release_id = (SELECT max(id) FROM letters_release) AND email.state IN ('queued', 'sending')"
        )

    wait_for(lambda: waiting() == [(0,)], seconds=60, what="every letter to leave")
    mailed = sent_to(site)
    (bounced, first), (answering, letter), (_away, third), (silent, _letter), *_rest = mailed[1:]

    upload(editor, mails.returned(first["Message-ID"]))
    expect(editor.page.locator("#content-main")).to_contain_text("returned mail")
    upload(
        editor, mails.plain(third["Reply-To"], "I am away until May.", From=third["To"], Auto_Submitted="auto-replied")
    )
    expect(editor.page.locator("#content-main")).to_contain_text("automatic answer")
    editor.press("Record as a reply", "is recorded", kind="automatic")
    upload(editor, mails.plain(letter["Reply-To"], From=letter["To"]))
    editor.press(
        "Record as a reply", "is recorded", kind="answer", summaries_en=SUMMARIES["en"], summaries_ko=SUMMARIES["ko"]
    )
    publish_reply(editor)

    by_hand = carried(site)
    assert {channel for channel, _name in by_hand} == {"web_form", "post", "meeting", "hand_delivery"}
    for channel, name in by_hand:
        editor.place = f"/admin/letters/dispatch/?q={quote(name)}"
        editor.press("Record delivery", "The delivery is recorded.", evidence=f"Handed over by {channel}, receipt 17.")
    grow_silent(site)
    editor.place = f"/admin/letters/followup/?q={quote(silent)}"
    editor.press("Note what was done", "Noted.", note="Called the desk officer, who will look for it.")
    editor.place = f"/admin/letters/letter/?q={quote(bounced)}"
    editor.open()
    expect(editor.page.locator("#content-main")).to_contain_text("It left and came back.")
    editor.shoot("bounced")

    [(slug,)] = site.sql(f"SELECT slug FROM letters_recipient WHERE name = '{answering}'")  # noqa: S608 our own words
    office = f"/recipients/{slug}/"
    for language, prefix, reader, which in readers(site, open_page):
        for what, address in (("text", PUBLIC), ("office", office)):
            reader.goto(prefix + address)
            expect(reader.locator("main")).to_contain_text(SUMMARIES[language])
            assert not is_too_wide(reader)
            shoot(reader, f"{what}-{which}")
