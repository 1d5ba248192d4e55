"""`make screenshots`: the pages as people see them, drawn into docs/screenshots from a fresh demonstration."""

from pathlib import Path

import pytest

from demo.logins import EDITOR
from tests.journeys.test_organization import sign_in_at_the_desk

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PAGES = {
    "petition": "/petitions/safe-passage/",
    "statement": "/statements/joint-statement-2023-10/",
    "campaign": "/ko/campaigns/safe-passage/",
}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_draw_a_public_page(site, open_page, name, width):
    page = open_page(site, width=width, javascript=False)
    page.goto(PAGES[name])
    page.screenshot(path=FOLDER / f"{name}-{width}.png")


def test_draw_the_desk(site, open_page):
    page = open_page(site)
    sign_in_at_the_desk(page, EDITOR)
    page.screenshot(path=FOLDER / "desk-1280.png")
