"""Every public page: light, alone, without a cookie, sound HTML, and nothing that axe finds."""

import gzip
import re
from functools import cache
from urllib.request import Request, urlopen

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import LONG, only_long
from tests.journeys.walking import is_too_wide

PATHS = [
    "/",
    "/campaigns/",
    "/campaigns/safe-passage/",
    "/petitions/",
    "/petitions/safe-passage/",
    "/petitions/safe-passage/check-inbox/",
    "/statements/",
    "/statements/joint-statement-2023-10/",
    "/statements/joint-statement-2023-10-13/",
    "/organizations/",
    "/organizations/demo-riverbank/",
    "/recipients/",
    "/recipients/demo-northland-mfa/",
    "/delegate/sign-in/",
    "/no-such-page/",
]
WEIGHT_LIMIT = 100_000  # bytes, compressed, images aside
MAIN = ["/", "/campaigns/safe-passage/", "/petitions/safe-passage/", "/statements/joint-statement-2023-10/"]
ALL = [*PATHS, *(f"/ko{path}" for path in PATHS)]


@pytest.fixture(scope="module")
def pages(site):
    """`pages(path)`: the page as bytes and headers, compressed on the way, asked for once."""

    @cache
    def fetch(path):
        request = Request(site.url + path, headers={"Accept-Encoding": "gzip"})  # noqa: S310 our own address
        try:
            answer = urlopen(request)  # noqa: S310
        except OSError as refusal:
            answer = refusal  # an error page is a page
        body = answer.read()
        html = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        return html, answer.headers, len(body)

    return fetch


@pytest.mark.parametrize("path", ALL)
def test_it_is_sound_html_alone_and_without_a_cookie(pages, path):
    html, headers, _size = pages(path)
    if "/delegate/" not in path:
        assert headers.get_all("Set-Cookie") is None
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Language"] == ("ko" if path.startswith("/ko") else "en")
    html5lib.HTMLParser(strict=True).parse(html.decode())
    loaded = re.findall(rb'<(?:script|img|iframe|source|audio|video)[^>]*\bsrc="([^"]+)"', html)
    loaded += re.findall(rb'<link[^>]*rel="(?:stylesheet|icon|preload|manifest)"[^>]*href="([^"]+)"', html)
    assert loaded
    assert [address for address in loaded if not re.match(rb"/(?!/)", address)] == []
    assert not re.search(rb"<style|\sstyle=|\son[a-z]+=|javascript:", html)


def test_the_first_load_is_light(pages):
    html, _headers, _size = pages("/campaigns/safe-passage/")
    styles = sum(pages(path.decode())[2] for path in set(re.findall(rb'href="(/static/[^"]+\.css)"', html)))
    heaviest = max(pages(path)[2] for path in ALL)
    assert styles + heaviest < WEIGHT_LIMIT
    print(f"stylesheets {styles}, heaviest page {heaviest} bytes")  # noqa: T201


@pytest.mark.parametrize(
    ("width", "scheme", "paths"),
    [
        (390, "light", [*(PATHS if LONG else PATHS[::2]), *(f"/ko{path}" for path in MAIN[1:])]),
        pytest.param(1280, "dark", MAIN, marks=only_long),
    ],
    ids=["390", "1280"],
)
def test_axe_finds_nothing(site, open_page, width, scheme, paths):
    page = open_page(site, width=width, expected=("404",))
    page.emulate_media(color_scheme=scheme)
    axe, found = Axe(), []
    for path in paths:
        page.goto(path)
        found += [
            f"{path}: {problem['id']} {[node['target'] for node in problem['nodes']][:3]}"
            for problem in axe.run(page).response["violations"]
        ]
        if is_too_wide(page):
            found.append(f"{path}: wider than the window")
    assert found == []
