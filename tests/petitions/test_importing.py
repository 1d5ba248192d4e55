"""Signatures from files: looked at line by line, counted as a kind of their own, once, and taken out again."""

import io
import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import uploads
from accounts.models import AuditEntry
from accounts.tables import country_code
from outbox.models import Email
from petitions import services
from petitions.exceptions import ImportRefused
from petitions.models import ImportBatch, Petition, Signature, Tally
from petitions.services import import_files
from petitions.services.import_files import Asked
from petitions.services.import_reading import read_lines
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db

SHEET = (
    "name,country,place,date,consent\nKim Minji,South Korea,Seoul,2023-11-18,x\n박지훈,대한민국,부산,2023. 11. 19.,\n"
)

FILE = SHEET.encode()


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def moderator():
    return make_user("moderator")


@pytest.fixture
def asked(petition):
    return Asked(petition.pk, "paper", None, "Vigil in Seoul, sheets in the office", "ko")


@pytest.fixture
def bring(asked, moderator, now):
    def bring(sheet=SHEET, asked=asked):
        content = sheet if isinstance(sheet, bytes) else sheet.encode()
        return services.import_signatures(asked, content, by=moderator, now=now)

    return bring


def verdicts(petition, sheet, now):
    return [row.verdict for row in services.plan_import(petition, sheet.encode(), now=now).verdicts]


def counted(petition, now) -> int:
    services.refresh_signature_counts(now=now)
    assert services.audit_signature_counts(now=now) == []
    return Petition.objects.get(pk=petition.pk).signature_count


def test_lines_become_private_signatures_of_their_own_kind(bring, petition, now):
    batch = bring()
    assert (batch.added, batch.left_out) == (2, 0)
    first, second = Signature.objects.order_by("pk")
    assert (first.name, first.country, first.kind, first.show_name) == ("Kim Minji", "KR", "paper", "private")
    assert (first.address, first.batch, first.language) == ("", batch, "ko")
    assert first.consent_handover.language == "ko"
    assert second.consent_handover is None
    assert first.confirmed_at == datetime(2023, 11, 18, 3, tzinfo=UTC)  # noon in Seoul
    assert counted(petition, now) == 2
    assert {(row.day, row.kind, row.count) for row in Tally.objects.all()} == {
        (date(2023, 11, 18), "paper", 1),
        (date(2023, 11, 19), "paper", 1),
    }
    assert not Signature.objects.listed().exists()
    assert not Email.objects.exists()


def test_the_history_holds_numbers_and_nothing_of_the_lines(bring):
    bring()
    entry = AuditEntry.objects.get(act="petitions.import_signatures")
    assert entry.details["added"] == 2
    assert "Minji" not in str(entry.details)


@pytest.mark.parametrize(
    "content",
    [
        SHEET.encode(),
        SHEET.encode("utf-8-sig"),
        SHEET.encode("utf-16"),
        SHEET.encode("utf-16-le"),
        SHEET.encode("cp949"),
        SHEET.replace(",", ";").encode(),
        SHEET.replace(",", "\t").encode(),
        SHEET.replace("\n", "\r\n").encode(),
        SHEET.replace("name,country,place,date,consent", "이름,국가,지역,서명일,동의").encode("cp949"),
    ],
    ids=["utf-8", "with a mark", "utf-16", "utf-16 without a mark", "cp949", "semicolons", "tabs", "crlf", "korean"],
)
def test_what_spreadsheet_programs_write_is_read(content):
    assert [(row.name, country_code(row.country), row.place) for row in read_lines(content)] == [
        ("Kim Minji", "KR", "Seoul"),
        ("박지훈", "KR", "부산"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"name\n\n \n", "no line"),
        (b"PK\x03\x04 a workbook", "no CSV"),
        (b"%PDF-1.7", "no CSV"),
        (b"name\nKim\x00Minji\n", "cannot be read"),
        (b"name\n\xff\xfe\xfd\x80\x81\n", "cannot be read"),
        (b"first,second\nKim,Minji\n", "name the columns"),
        (b"name,Name\nKim,Minji\n", "same heading"),
        (b'name\nKim\n"Minji\n', "quotation mark"),
        (b"name\n" + b"Kim\n" * 20_001, "20,000 lines"),
        (b"name\n" + b"K" * 5_000_000, "5 MB"),
        (b"name\n" + b"K" * 200_000, "cannot be read"),
    ],
    ids=range(12),
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_leaves_no_trace(bring, content, sentence):
    with pytest.raises(ImportRefused, match=sentence):
        bring(content)
    assert not ImportBatch.objects.exists()
    assert not Signature.objects.exists()
    bring()


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("Kim Minji,KOR,,,", "accepted"),
        ("Kim Minji,미국,,,", "accepted"),
        ("Kim Minji,,,,", "accepted"),
        ('"=HYPERLINK(""x"")",KR,,,', "accepted"),
        (",KR,Seoul,,", "no_name"),
        ("K" * 101 + ",KR,,,", "long"),
        ("Kim\u202eMinji,KR,,,", "unsafe"),
        ("Kim Minji,Atlantis,,,", "country"),
        ("Kim Minji,KR,,03/05/2023,", "day"),
        ("Kim Minji,KR,,2023-02-30,", "day"),
        ("Kim Minji,KR,,2023-11-22,", "future"),
    ],
)
def test_each_line_is_judged(petition, now, line, verdict):
    assert verdicts(petition, f"name,country,place,date,consent\n{line}\n", now) == [verdict]


def test_a_formula_is_a_name_like_any_other(bring):
    bring("name\n=1+1\n'=2+2\n")
    assert {row.name for row in Signature.objects.all()} == {"=1+1", "=2+2"}


def test_after_the_closing_no_signature_was_given(petition, now):
    petition.closes_at = now - timedelta(days=2)
    assert verdicts(petition, "name,date\nKim,2023-11-19\nLee,2023-11-18\nPark,\n", now) == [
        "late", "accepted", "accepted",
    ]  # fmt: skip


def test_a_line_counts_once_in_a_file_and_over_files(bring, petition, now):
    batch = bring(SHEET + "KIM  minji,KR,seoul,,\nKim Minji,KR,Incheon,,\n")
    assert (batch.added, batch.left_out) == (3, 1)
    assert verdicts(petition, SHEET, now) == ["known", "known"]
    with pytest.raises(ImportRefused, match="no line"):
        bring(SHEET)
    assert counted(petition, now) == 3


def test_the_same_file_is_refused(bring):
    bring()
    with pytest.raises(ImportRefused, match="very file"):
        bring()
    assert Signature.objects.count() == 2


def test_who_signed_here_is_known_by_the_address_which_is_not_kept(bring, petition, now):
    services.sign_petition(petition, name="Kim", email="kim@people.example", language="en", now=now)
    batch = bring("name,email\nMinji Kim,Kim@People.example\nLee,lee@people.example\nPark,nonsense\n")
    assert (batch.added, batch.left_out) == (1, 2)
    assert Signature.objects.get(batch=batch).address == ""
    services.sign_petition(petition, name="Lee", email="lee@people.example", language="en", now=now)
    assert Signature.objects.filter(petition=petition).count() == 2  # and the mail says that it is counted already


@pytest.mark.parametrize("state", ["draft", "in_review", "delivered", "archived"])
def test_only_open_and_closed_petitions_take_files(bring, petition, state):
    Petition.objects.update(state=state)
    with pytest.raises(ImportRefused, match="neither open nor closed"):
        bring()
    Petition.objects.update(state="closed")
    assert bring().added == 2


def test_a_file_is_taken_out_and_may_come_again_corrected(bring, petition, moderator, now):
    batch = bring()
    assert counted(petition, now) == 2
    with pytest.raises(ImportRefused, match="reason"):
        services.take_out_import(batch.pk, by=moderator, reason=" ", now=now)
    services.take_out_import(batch.pk, by=moderator, reason="The wrong sheets.", now=now)
    assert counted(petition, now) == 0
    assert {(row.state, row.name, row.address_fingerprint) for row in Signature.objects.all()} == {
        ("invalidated", "", None)
    }
    with pytest.raises(ImportRefused, match="already"):
        services.take_out_import(batch.pk, by=moderator, reason="Again.", now=now)
    assert bring().added == 2
    assert counted(petition, now) == 2


def test_a_large_file_is_written_many_lines_at_once(bring, petition, now, rounds):
    lines = rounds(2_000, 20_000)
    sheet = "name,country,place\n" + "".join(f"Name {n},KR,Town\n" for n in range(lines))
    with CaptureQueriesContext(connection) as queries:
        assert bring(sheet).added == lines
    # SQLite takes fewer values in a statement.
    assert len(queries) < lines / (50 if connection.vendor == "postgresql" else 20)
    assert counted(petition, now) == lines


# --- At the desk ------------------------------------------------------------------------------------
@pytest.fixture
def desk(client, moderator, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client.force_login(moderator)
    return client


@pytest.fixture
def upload(desk, petition):
    def upload(content=FILE, name="sheet.csv", **changed):
        file = io.BytesIO(content)
        file.name = name
        answers = {"petition": petition.pk, "kind": "paper", "provenance": "Vigil in Seoul", "language": "ko"}
        return desk.post("/admin/petitions/importbatch/add/", answers | {"file": file} | changed)

    return upload


def test_upload_look_and_import(desk, upload, petition):
    answer = upload(SHEET.encode() + b"Lee,Atlantis,,,\n")
    assert answer.status_code == 302
    page = desk.get(answer.url)
    assert "the country is not known" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert not Signature.objects.exists()
    [kept] = uploads.folder().iterdir()
    assert b"Kim" not in kept.read_bytes()
    done = desk.post(answer.url, {"import": "1"})
    assert done.url == f"/admin/petitions/importbatch/{ImportBatch.objects.get().pk}/change/"
    assert Signature.objects.count() == 2
    assert not kept.exists()


def test_a_file_can_be_dropped(desk, upload):
    look = upload().url
    desk.post(look, {"drop": "1"})
    assert not list(uploads.folder().iterdir())
    assert desk.post(look, {"import": "1"}).url == "/admin/petitions/importbatch/add/"
    assert not Signature.objects.exists()


def test_another_person_and_a_later_hour_find_nothing(desk, upload, client, moderator):
    look = upload().url
    for path in ("0" * 32, "..%2f..%2fsecret", "x"):
        assert desk.get(f"/admin/petitions/importbatch/look/{path}/").status_code in {302, 404}
    client.force_login(make_user("moderator"))
    assert client.post(look, {"import": "1"}).url == "/admin/petitions/importbatch/add/"
    client.force_login(moderator)
    assert client.get(look).status_code == 200
    [kept] = uploads.folder().iterdir()
    hour_ago = time.time() - 3_601
    os.utime(kept, (hour_ago, hour_ago))
    assert client.post(look, {"import": "1"}).url == "/admin/petitions/importbatch/add/"
    assert not Signature.objects.exists()
    assert sum(import_files.forget_due(datetime.now(UTC) - import_files.LIFETIME)) == 1
    assert not kept.exists()


@pytest.mark.parametrize(
    ("changed", "content", "sentence"),
    [
        ({"provenance": ""}, SHEET.encode(), "required"),
        ({"provenance": "x" * 501}, SHEET.encode(), "500"),
        ({"kind": "online"}, SHEET.encode(), "valid choice"),
        ({"petition": "0"}, SHEET.encode(), "valid choice"),
        ({}, b"", "The file is empty"),
        ({}, b"PK\x03\x04", "no CSV"),
        ({}, b"x" * 5_000_001, "5 MB"),
    ],
    ids=range(7),
)
def test_a_bad_upload_gets_a_sentence_and_nothing_is_kept(upload, changed, content, sentence):
    answer = upload(content, **changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not uploads.folder().exists()
    assert upload().status_code == 302


def test_an_editor_imports_nothing(desk, upload, client):
    look = upload().url
    client.force_login(make_user("editor"))
    assert client.get("/admin/petitions/importbatch/add/").status_code == 403
    assert client.post(look, {"import": "1"}).status_code == 403
