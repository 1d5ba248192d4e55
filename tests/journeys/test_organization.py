"""An organization: its delegate is invited from the desk, signs in by code, and co-signs the exact text."""

import hashlib
import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from demo.logins import DELEGATE
from tests.journeys.site import Site

LETTER = "/statements/"


def sign_in(page: Page, site: Site, address: str) -> None:
    """From the sign-in page to the delegate's home."""
    before = len(site.mails(to=address))
    page.locator("#id_email").fill(address)
    page.locator("main form button[type=submit]").click()
    site.wait_for_mail(to=address, count=before + 1) if False else None
    code = wait_for_code(site, address, before)
    page.locator("#id_code").fill(code)
    page.locator("main form button[type=submit]").click()


def wait_for_code(site: Site, address: str, before: int) -> str:
    from tests.journeys.site import wait_for

    wait_for(lambda: len(site.mails(to=address)) > before, what="the sign-in code")
    text = site.mails(to=address)[-1].get_body(("plain",)).get_content()
    [code] = re.findall(r"\b\d{4} \d{4}\b", text)
    return code
