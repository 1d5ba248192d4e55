"""Staff are invited and come in by two factors, with a real browser's passkeys; a delegate comes in by passkey."""

import re
from urllib.parse import urlsplit

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from demo.files import records
from demo.logins import ADMINISTRATOR
from tests.conftest import only_long
from tests.journeys.site import Site, text_of
from tests.journeys.test_organization import sign_in, sign_in_at_the_desk
from tests.journeys.walking import is_too_wide

PASSWORD = "seven lanterns at dusk"
APP = "second-factor/set-up/authenticator/"


def give_authenticator(page: Page) -> None:
    """What a laptop with a fingerprint reader has, and a finger that is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    wishes = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": wishes})


def by_name(site: Site, page: Page, visits) -> str:
    """The site under `localhost`: an address in numbers can have no passkeys. SITE_URL stays what it is."""
    visits[page].home = f"http://localhost:{site.environment['PORT']}"
    return visits[page].home


def find_nothing(page: Page) -> None:
    """axe, and nothing wider than the window, once the page is there in full."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(page.url, row["id"], [node["target"] for node in row["nodes"]]) for row in found] == []
    assert not is_too_wide(page), page.url


def main_button(page: Page) -> None:
    page.locator("#content-main button.main").click()


def sign_out(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#logout-form button").click()


def give_password(page: Page, home: str, address: str) -> None:
    page.goto(f"{home}/admin/login/")
    page.locator("#id_username").fill(address)
    page.locator("#id_password").fill(PASSWORD)
    main_button(page)


def test_staff_are_invited_set_up_two_factors_and_come_in_by_each(site, open_page, visits):
    address = "nara@coalition.example"
    administrator = open_page(site)
    sign_in_at_the_desk(administrator, ADMINISTRATOR)
    administrator.goto("/admin/accounts/user/add/")
    administrator.locator("#id_email").fill(address)
    administrator.locator("#id_language").select_option("ko")
    administrator.get_by_label("press").check()
    administrator.locator("[name=_save]").click()
    expect(administrator.locator(".messagelist")).to_contain_text("The invitation is on its way.")
    link = re.search(r"http\S+/admin/invitations/\S+/", text_of(site.wait_for_mail(to=address)))
    assert link

    page = open_page(site, width=390, language="ko", expected=("422",))
    home = by_name(site, page, visits)
    give_authenticator(page)
    page.goto(home + urlsplit(link.group()).path)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    find_nothing(page)
    page.locator("#id_name").fill("오나라")
    for field in ("#id_password1", "#id_password2"):
        page.locator(field).fill(PASSWORD)
    with page.expect_navigation():
        main_button(page)
    page.goto(f"{home}/admin/second-factor/set-up/")
    find_nothing(page)
    page.locator(f"form[action$='{APP}'] button").click()
    totp = pyotp.TOTP(page.locator("code.secret").text_content().replace(" ", ""))
    find_nothing(page)
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 100
    page.locator("#id_code").fill(totp.now())
    main_button(page)
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    find_nothing(page)
    code = page.locator(".recovery-codes code").first.inner_text()
    page.locator("#id_kept").check()
    main_button(page)
    expect(page).to_have_url(f"{home}/admin/account/")

    sign_out(page)
    give_password(page, home, address)
    page.locator("details.other-way summary").wait_for()
    find_nothing(page)
    page.locator("details.other-way summary").click()
    page.locator("#id_recovery_code").fill(code)
    page.locator("details.other-way button").click()
    expect(page).to_have_url(f"{home}/admin/account/")
    find_nothing(page)

    page.goto(f"{home}/admin/second-factor/set-up/")
    page.locator("#id_name").fill("업무용 노트북")
    page.locator("form[data-passkey=add] button").click()
    expect(page.locator("#content")).to_contain_text("업무용 노트북")
    sign_out(page)
    page.goto(f"{home}/admin/login/")
    find_nothing(page)
    page.locator("form[data-passkey=use] button").click()
    expect(page).to_have_url(f"{home}/admin/")
    site.wait_for_mail(to=address, subject="계정")  # of each change, in the person's language


@only_long
def test_a_delegate_makes_a_passkey_and_comes_in_by_it(site, open_page, visits):
    delegates = [record["delegate"] for record in records("fictional-organizations")]
    address = next(delegate["address"] for delegate in delegates[5:] if delegate["language"] == "ko")
    page = open_page(site, width=390, language="ko")
    home = by_name(site, page, visits)
    give_authenticator(page)
    sign_in(page, site, address, path=f"{home}/ko/delegate/")
    page.goto(f"{home}/ko/delegate/passkeys/")
    page.locator("#id_name").fill("사무국 컴퓨터")
    find_nothing(page)
    page.locator("form[data-passkey=add] button").click()
    expect(page.locator("main")).to_contain_text("사무국 컴퓨터")
    find_nothing(page)
    with page.expect_navigation():
        page.locator(".delegate-bar form button").click()
    page.goto(f"{home}/ko/delegate/")
    page.locator("form[data-passkey=use] button").click()
    expect(page).to_have_url(f"{home}/ko/delegate/")
    expect(page.locator(".delegate-bar")).to_be_visible()
