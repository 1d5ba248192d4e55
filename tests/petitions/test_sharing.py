"""What carries a petition further: the picture of its link, the code, paper, links, and what comes after."""

import io
import re
import xml.etree.ElementTree as ElementTree
from datetime import date, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pypdf
import pytest

from outbox.models import Email
from petitions import services
from petitions.exceptions import PetitionsError
from petitions.models import OfficialPetition, Petition
from petitions.sharing import card
from petitions.sharing.digest import text_digest
from petitions.sharing.qr import qr_runs
from tests.factories import make_petition, make_recipient, make_user
from tests.petitions.test_pages import link_of, press

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture(autouse=True)
def _no_pictures_of_before():
    card._drawn.clear()


@pytest.fixture
def drawn(monkeypatch):
    """How often a picture is drawn, without the drawing."""
    sheets = []

    def picture(source, sheet, *, ppi):
        sheets.append(sheet)
        return b"\x89PNG %d" % len(sheets)

    monkeypatch.setattr(card, "picture", picture)
    return sheets


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


@pytest.mark.parametrize("prefix", ["", "/ko"])
def test_the_picture_has_the_size_that_messengers_want_and_is_for_any_cache(client, petition, prefix):
    answer = client.get(f"{prefix}/petitions/{petition.slug}/card.png")
    assert size_of(answer.content) == (1200, 630)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.headers["ETag"]
    again = client.get(
        f"{prefix}/petitions/{petition.slug}/card.png", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert not client.cookies
    assert len(answer.content) < 300_000


def test_the_picture_shows_the_count_and_a_hot_petition_is_drawn_seldom(petition, drawn, now):
    text = petition.text
    for count, later, pictures in [
        (98, 0, 1),
        (99, 1, 2),  # two digits: at once
        (12_300, 2, 3),
        (12_399, 3, 3),
        (12_399, 13, 4),  # ten minutes later
        (13_000, 14, 5),
    ]:
        petition.signature_count = count
        card.card_png(petition, text, now=now + timedelta(minutes=later))
        assert len(drawn) == pictures, count
    assert drawn[-1]["figure"] == "13,000"
    assert "Kim" not in str(drawn)


def test_a_changed_text_is_drawn_at_once(petition, drawn, now):
    text = petition.text
    card.card_png(petition, text, now=now)
    text.title = "Another title"
    card.card_png(petition, text, now=now)
    assert [sheet["title"] for sheet in drawn] == ["Safe passage, not a return convoy", "Another title"]


def test_only_so_many_pictures_are_kept(petition, drawn, now, monkeypatch):
    monkeypatch.setattr(card, "KEPT", 3)
    text = petition.text
    for number in range(10):
        petition.pk = 1_000 + number
        card.card_png(petition, text, now=now)
    assert len(card._drawn) == 3


def test_the_page_names_its_picture_and_links_without_anything_of_others(client, petition):
    page = client.get(f"/ko/petitions/{petition.slug}/").content.decode()
    address = f"http://testserver/ko/petitions/{petition.slug}/"
    tags = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)">', page))
    assert tags["og:image"] == f"{address}card.png"
    assert tags["og:url"] == address
    assert "송환 차량이 아니라 안전한 길을" in tags["og:image:alt"]
    assert tags["twitter:card"] == "summary_large_image"
    elsewhere = re.findall(r'<a href="(https://(?:wa\.me|t\.me|x\.com|www\.facebook\.com)/[^"]*)" rel="([^"]*)"', page)
    assert len(elsewhere) == 4
    for link, rel in elsewhere:
        assert {"noopener", "noreferrer"} <= set(rel.split())
        assert address in unquote(link)
    assert not re.findall(r'(?:src|action)="https?:', page)


def test_a_title_cannot_leave_its_link_or_tag(client, petition):
    petition.texts.update(title='"><script>x</script> & Bcc: all@people.example\n')
    page = client.get(f"/petitions/{petition.slug}/").content.decode()
    assert "<script>x" not in page
    [mail] = re.findall(r'href="(mailto:[^"]*)"', page)
    assert set(parse_qs(urlsplit(mail.replace("&amp;", "&")).query)) == {"subject", "body"}


def test_the_code_is_a_drawing_and_a_picture_of_the_address(client, petition):
    petition.texts.update(title="Fish & <chips>")
    svg = client.get(f"/petitions/{petition.slug}/qr.svg")
    assert svg.headers["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(svg.content)  # noqa: S314 - our own drawing
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Fish & <chips>"
    png = client.get(f"/petitions/{petition.slug}/qr.png").content
    modules, _runs = qr_runs(f"http://testserver/petitions/{petition.slug}/")
    assert size_of(png) == ((modules + 8) * 24, (modules + 8) * 24)
    assert len(png) < 20_000
    assert client.get(f"/ko/petitions/{petition.slug}/qr.png").content != png  # another address


@pytest.mark.parametrize(("prefix", "words"), [("", "Signature and date"), ("/ko", "서명과 날짜")])
def test_the_sheet_of_paper_says_what_is_signed_and_where_it_stands(client, petition, prefix, words):
    answer = client.get(f"{prefix}/petitions/{petition.slug}/paper.pdf")
    pdf = pypdf.PdfReader(io.BytesIO(answer.content))
    said = "".join(page.extract_text() for page in pdf.pages)
    text = petition.texts.get(language="ko" if prefix else "en")
    for part in (words, text_digest(text), f"testserver{prefix}/petitions/{petition.slug}/"):
        assert part in said
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(595.3, abs=0.1)
    assert len(answer.content) < 200_000


@pytest.mark.parametrize("name", ["card.png", "qr.svg", "qr.png", "paper.pdf"])
def test_nothing_of_a_draft_is_spread(client, petition, name):
    assert client.get(f"/petitions/{petition.slug}/{name}").status_code == 200
    Petition.objects.update(state="draft")
    assert client.get(f"/ko/petitions/{petition.slug}/{name}").status_code == 404
    assert client.get(f"/petitions/nothing/{name}").status_code == 404


@pytest.fixture
def official(petition):
    return OfficialPetition.objects.create(
        petition=petition, body="National Assembly", country="KR", url="https://assembly.example/1", threshold=50_000
    )


def test_an_official_petition_shows_what_was_read_there_and_when(client, petition, official, now):
    editor = make_user("editor")
    services.note_progress(official.pk, progress=23_456, on=date(2023, 11, 18), by=editor, now=now)
    page = client.get(f"/petitions/{petition.slug}/").content.decode()
    for part in ("National Assembly", "https://assembly.example/1", "50,000", "23,456", "18 November 2023"):
        assert part in page
    for day in (date(2023, 11, 30), date(2023, 11, 1)):  # to come; before the one that is entered
        with pytest.raises(PetitionsError):
            services.note_progress(official.pk, progress=1, on=day, by=editor, now=now)
    official.refresh_from_db()
    assert official.progress == 23_456


def test_after_confirming_one_may_write_oneself_but_not_to_who_bears_the_duty(client, petition):
    petition.recipients.add(make_recipient("The ministry that answers", role="duty_bearer"))
    other = make_petition()
    client.post(f"/petitions/{petition.slug}/sign/", {"name": "Kim", "email": "kim@people.example"})
    page = press(client, link_of(Email.objects.get())).content.decode()
    assert "The ministry that answers" not in page
    [mail] = [found for found in re.findall(r'href="(mailto:[^"]*)"', page) if "I%20have%20signed" in found]
    assert mail.startswith("mailto:?")  # no address is known, and none is filled in
    assert "Excellency," in unquote(mail)
    assert f"/petitions/{other.slug}/" in page
    spread = re.findall(r'(?:content|href)="((?:mailto|https?):[^"]*)"', page)
    assert len(spread) > 5
    assert not [address for address in spread if "signatures" in address]  # the link of the mail stays the person's own
