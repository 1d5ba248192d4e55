"""What long walks share: somebody at the desk who takes step after step, readers of the public pages, and pictures.

Screenshots of every station are kept under var/journeys/life when JOURNEY_PICTURES is set.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PICTURES
from tests.journeys.site import Site

SHOTS = count(1)


class Desk:
    """A member of staff at the page of one row: `place`, or the first of the list that is there."""

    def __init__(self, page: Page, name: str, place: str) -> None:
        self.page, self.name, self.place = page, name, place

    def press(self, button: str, said: str, **answers: str) -> None:
        """Take a step of the page, with the answers its form asks for; the desk says it is done."""
        self.open_page_of(button)
        if answers or self.page.locator(".step-page form").count():
            self.shoot(button)
            for name, answer in answers.items():
                fill(self.page.locator(f".step-page [name='{name}']"), answer)
            self.page.locator(".step-page .step-buttons button").first.click()
        expect(self.page.locator(".messagelist")).to_contain_text(said)
        self.shoot(f"{button}-done")

    def open(self) -> None:
        self.page.goto(self.place)
        rows = self.page.locator("#result_list tbody th a")
        if rows.count():
            with self.page.expect_navigation():
                rows.first.click()

    def open_page_of(self, button: str) -> None:
        """Open the page of a step that is more than one form."""
        self.open()
        self._button(button).click()
        self.page.wait_for_load_state()

    def offers(self, button: str) -> bool:
        """Whether the page, opened now, has this step."""
        self.open()
        return self._button(button).count() == 1

    def shoot(self, what: str) -> None:
        shoot(self.page, f"{self.name}-{what}")

    def _button(self, name: str) -> Locator:
        steps = self.page.locator("#content-main")
        found = steps.get_by_role("button", name=name, exact=True).or_(steps.get_by_role("link", name=name, exact=True))
        return found.first


def readers(site: Site, open_page: Callable[..., Page]) -> Iterator[tuple[str, str, Page, str]]:
    """(language, what its addresses begin with, a page without JavaScript, its name) for phones and wide windows."""
    for language, prefix in (("en", ""), ("ko", "/ko")):
        for width in (390, 1280):
            page = open_page(site, width=width, javascript=False, language=language)
            yield language, prefix, page, f"{language}-{width}"


def is_too_wide(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def shoot(page: Page, what: str) -> None:
    if os.environ.get("JOURNEY_PICTURES"):
        folder = PICTURES / "life"
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub("[^a-z0-9]+", "-", what.lower())
        page.screenshot(path=folder / f"{next(SHOTS):02d}-{name}.png", full_page=True)


def in_seoul(moment: datetime) -> str:
    """As people type it into a box for a moment."""
    return moment.astimezone(ZoneInfo("Asia/Seoul")).strftime("%Y-%m-%dT%H:%M")


def fill(fields: Locator, answer: str) -> None:
    """Answer a field of whatever kind; of several buttons the one with this value, or else the first."""
    field = fields.first
    kind = field.evaluate("field => field.type")
    if kind == "radio":
        page = field.page
        chosen = fields.and_(page.locator(f"[value='{answer}']")) if answer else field
        chosen.check()
    elif kind.startswith("select"):
        field.select_option(answer)
    else:
        field.fill(answer)
