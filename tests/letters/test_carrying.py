"""Letters that people carry: packs, sheets, proofs, and the next channel when one fails."""

import hashlib
import io
import json
import time
import zipfile
import zlib
from datetime import date, timedelta

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from accounts.models import AuditEntry
from letters import packs, services
from letters.bundle import Bundle
from letters.exceptions import LettersError
from letters.models import Dispatch, Letter, Proof, Recipient
from letters.models.recipient import Channel
from outbox.models import Email
from privacy.documents import DocumentRefused, clean_document
from privacy.images import without_metadata
from statements.services import request_release
from tests.factories import a_pdf, make_recipient, make_user

pytestmark = pytest.mark.django_db

QUAY = ["Ministry of Rivers", "1 Quay", "Alderhaven"]


@pytest.fixture
def sender(requester):
    return requester


@pytest.fixture
def carried(statement, sender, approver, now):
    """A letter that somebody has to carry now, by this channel."""

    def carried(channel, **fields):
        office = make_recipient(channel=channel, **fields)
        release = request_release(statement.pk, [office], reply_by=date(2099, 1, 1), by=sender, now=now)
        services.approve_release(release.pk, by=approver, now=now - timedelta(days=1))
        return release.letters.get()

    return carried


def progress(letter):
    return Letter.objects.with_progress().get(pk=letter.pk).progress


# --- What is taken along --------------------------------------------------------------------------
def test_the_pack_of_a_form_is_the_letter_in_pieces_with_their_length(carried, client, sender):
    letter = carried(Channel.WEB_FORM, form_url="https://forms.northland.example/")
    fields = {field.key: field for field in packs.form_fields(letter)}
    assert fields["subject"].characters == len(letter.copy["subject"])
    assert letter.copy["salutation"] in fields["message"].text
    assert letter.copy["salutation"] not in fields["body"].text
    client.force_login(sender)
    page = client.get(f"/admin/letters/dispatch/{letter.dispatch.pk}/form/").content.decode()
    assert "https://forms.northland.example/" in page
    assert page.count("<textarea") == len(fields)
    file = client.get(f"/admin/letters/dispatch/{letter.dispatch.pk}/form.txt")
    assert "attachment" in file.headers["Content-Disposition"]
    assert fields["whole"].text in file.content.decode()


SHEETS = {
    Channel.POST: ["letter", "envelope"],
    Channel.FAX: ["letter", "fax"],
    Channel.HAND: ["letter", "receipt"],
    Channel.MEETING: ["letter", "briefing", "receipt"],
}


@pytest.mark.parametrize("channel", SHEETS)
def test_each_channel_has_its_sheets(carried, client, sender, channel):
    letter = carried(channel, postal_lines=QUAY, fax_number="+41 22 000 00 00")
    client.force_login(sender)
    for name in SHEETS[channel]:
        answer = client.get(f"/admin/letters/dispatch/{letter.dispatch.pk}/print/{name}.pdf")
        pages = PdfReader(io.BytesIO(answer.content)).pages
        assert letter.reference in "".join(page.extract_text() for page in pages) or name == "envelope"
        if name == "fax":
            said = pages[0].extract_text()
            count = len(PdfReader(io.BytesIO(packs.letter_pdf(letter))).pages)
            assert "+41 22 000 00 00" in said
            assert f"included\n{count + 1}" in said or f"included {count + 1}" in said
        if name == "envelope":
            assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [220, 110]
    assert client.get(f"/admin/letters/dispatch/{letter.dispatch.pk}/print/other.pdf").status_code == 404


# --- When a channel fails -------------------------------------------------------------------------
def test_a_form_that_is_gone_goes_on_by_post_once_there_is_an_address(carried, client, sender, now):
    letter = carried(Channel.WEB_FORM, channels=["web_form", "post", "email"])
    said = {"channel": "post", "what_happened": "The form is gone.", "by": sender, "now": now}
    with pytest.raises(LettersError, match="No postal address is known for this office"):
        services.carry_on(letter.pk, **said)
    Recipient.objects.update(postal_lines=QUAY)
    digest = letter.copy_digest
    services.carry_on(letter.pk, **said)
    letter = Letter.objects.get()
    assert (letter.channel, progress(letter), letter.copy_digest) == ("post", "to_dispatch", digest)
    assert packs.address_lines(letter)[-3:] == QUAY
    [failed] = letter.failed_ways.all()
    assert (failed.channel, failed.what_happened) == ("web_form", "The form is gone.")
    with pytest.raises(LettersError, match="no such channel"):
        services.carry_on(letter.pk, **(said | {"channel": "fax"}))


def test_an_envelope_that_came_back_keeps_its_evidence_and_goes_on_by_mail(carried, sender, now):
    letter = carried(Channel.POST, postal_lines=QUAY, channels=["post", "email"])
    services.record_dispatch(letter.dispatch.pk, evidence="RR 1234", proof=a_pdf(), by=sender, now=now)
    assert progress(letter) == "dispatched"
    services.carry_on(letter.pk, channel="email", what_happened="It came back.", by=sender, now=now)
    letter = Letter.objects.get()
    assert (progress(letter), letter.email.state) == ("waiting", Email.State.QUEUED)
    assert not Dispatch.objects.exists()
    assert letter.failed_ways.get().evidence == "RR 1234"
    assert letter.proofs.count() == 1
    Email.objects.update(state=Email.State.FAILED)
    assert progress(letter) == "failed"
    services.carry_on(letter.pk, channel="post", what_happened="Refused.", by=sender, now=now)
    assert progress(letter) == "to_dispatch"
    assert services.ways_left(Letter.objects.get()) == []


def test_a_stale_task_is_set_aside_and_the_office_asked_again(carried, client, sender, now):
    letter = carried(Channel.POST, postal_lines=QUAY)
    client.force_login(sender)
    page = f"/admin/letters/dispatch/{letter.dispatch.pk}/change/"
    assert "Set aside" not in client.get(page).content.decode()
    Recipient.objects.update(postal_lines=["2 Quay"], changed_at=now)
    shown = client.get(page).content.decode()
    assert "The address of the envelope has changed." in shown
    client.post(f"/admin/letters/dispatch/{letter.dispatch.pk}/actions/set_aside/", {"reason": "It moved."})
    assert progress(letter) == "stopped"
    assert not Letter.objects.exclude(pk=letter.pk).exists()


# --- Proofs ---------------------------------------------------------------------------------------
def a_picture(kind="JPEG"):
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "taken at the gate"
    Image.new("RGB", (40, 30), "white").save(out, kind, exif=exif)
    return out.getvalue()


def test_a_proof_is_kept_sealed_without_metadata_and_handed_out_with_a_line(carried, client, sender, now):
    letter = carried(Channel.HAND)
    client.force_login(sender)
    where = f"/admin/letters/dispatch/{letter.dispatch.pk}/"
    file = io.BytesIO(a_picture())
    file.name = "anna-kim.html"
    client.post(f"{where}actions/record_delivery/", {"evidence": "The porter took it.", "file": file})
    proof = Proof.objects.get()
    assert (progress(letter), proof.content_type) == ("dispatched", "image/jpeg")
    assert b"gate" not in proof.content
    answer = client.get(f"{where}proofs/{proof.pk}/")
    assert (answer.content, answer.headers["Content-Type"]) == (proof.content, "image/jpeg")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{letter.reference}-proof-{proof.pk}.jpg"'
    assert AuditEntry.objects.filter(act="letters.view_proof", object_id=letter.pk).count() == 1
    client.force_login(make_user("editor"))
    assert client.get(f"{where}proofs/{proof.pk}/").status_code == 403


def a_scan():
    """A PDF as a telephone makes it of a receipt: with author, programs, a note, and the place in its photograph."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(40, 30))
    of_photograph = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": 40, "Height": 30}
    colours = {"BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceRGB, "Filter": pikepdf.Name.DCTDecode}
    photograph = pikepdf.Stream(pdf, a_picture(), **of_photograph, **colours)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Receipt=photograph))
    page.Contents = pikepdf.Stream(pdf, b"40 0 0 30 0 0 cm /Receipt Do")
    page.obj.PieceInfo = pikepdf.Dictionary(Scanner=pikepdf.String("anna's telephone"))
    note = {"T": pikepdf.String("anna"), "Contents": pikepdf.String("Taken at eleven."), "Rect": [0, 0, 9, 9]}
    page.Annots = [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, **note)]
    pdf.docinfo["/Author"] = "anna"
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["anna"]
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def test_a_pdf_keeps_its_pages_and_loses_what_it_says_of_its_making():
    scan = a_scan()
    assert scan.count(b"anna") >= 4
    assert scan.count(b"taken at the gate") == 1
    clean = clean_document(scan).data
    assert b"anna" not in clean
    assert b"gate" not in clean
    assert b"Taken at eleven." in clean
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        [photograph] = pdf.pages[0].get_images().values()
        assert pikepdf.PdfImage(photograph).as_pil_image().tobytes() == Image.new("RGB", (40, 30), "white").tobytes()
    assert clean_document(scan).data == clean, "the same file twice is told by its digest"


def test_what_a_pdf_said_in_an_earlier_version_is_gone():
    later = a_pdf(b"<< /Said (after) >>")
    grown = a_pdf(b"<< /Said (before) >>") + later.removeprefix(b"%PDF-1.7\n")
    assert b"before" in grown
    clean = clean_document(grown).data
    assert (b"before" in clean, b"after" in clean) == (False, True)


def test_what_a_signature_says_of_its_signer_is_gone():
    signature = (
        b"<< /Type /Sig /ByteRange [0 1 2 3] /Name (anna) /Location (the gate) /Contents <616e6e61> /M (D:2026) >>"
    )
    clean = clean_document(a_pdf(signature)).data
    assert b"anna" not in clean
    assert b"gate" not in clean
    assert b"616e6e61" not in clean


def test_a_photograph_keeps_its_picture_and_loses_what_stands_around_and_behind_it():
    picture = a_picture()
    around = picture[:2] + b"\xff\xff\xfe\x00\x06gate" + b"\xff\xe2\x00\x08MPF\x00\x01\x02" + picture[2:] + a_picture()
    bare = without_metadata(around)
    assert b"gate" not in bare
    assert b"MPF" not in bare
    assert bare.count(b"\xff\xd8\xff") == 1
    drawn, before = (Image.open(io.BytesIO(data)).tobytes() for data in (bare, picture))
    assert drawn == before
    assert without_metadata(bare) == bare


def a_pdf_with_a_packed_object(action):
    """Its catalog opens object 5, which stands in a stream that is packed twice, listed by a stream of references."""
    packed = zlib.compress(zlib.compress(b"5 0 " + action))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        4: b"<< /Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode] /Length %d >> stream\n%s\nendstream"
        % (len(packed), packed),
    }
    out, rows = b"%PDF-1.7\n", [b"\x00\x00\x00\xff"]
    for number, content in objects.items():
        rows.append(b"\x01" + len(out).to_bytes(2) + b"\x00")
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows += [b"\x02\x00\x04\x00", b"\x01" + len(out).to_bytes(2) + b"\x00"]
    listed = b"<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length %d >> stream\n%s\nendstream"
    return out + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        listed % (4 * len(rows), b"".join(rows)),
        len(out),
    )


def test_a_script_that_is_packed_twice_is_found_all_the_same():
    harmless = a_pdf_with_a_packed_object(b"<< /S /GoTo /D [3 0 R /Fit] >>")
    with pikepdf.open(io.BytesIO(clean_document(harmless).data)) as pdf:
        assert pdf.Root.OpenAction.S == "/GoTo"
    with pytest.raises(DocumentRefused, match="script"):
        clean_document(a_pdf_with_a_packed_object(b"<< /S /JavaScript /JS (app.alert(1)) >>"))


def test_a_photograph_that_unpacks_to_no_end_is_refused():
    bomb = zlib.compress(bytes(40_000_000))
    head = b"<< /Type /XObject /Subtype /Image /Filter [/FlateDecode /DCTDecode] /Length %d >> stream\n%s\nendstream"
    with pytest.raises(DocumentRefused, match="unpacked"):
        clean_document(a_pdf(head % (len(bomb), bomb)))


def test_strange_but_harmless_pdfs_are_kept_and_soon():
    assert clean_document(a_pdf(b"<< /Filter [] /Length 1 >> stream\nx\nendstream")).content_type == "application/pdf"
    begun = time.process_time()
    with pytest.raises(DocumentRefused):
        clean_document(b"%PDF-1.7\n" + b">>stream\n" * 20_000 + b"startxref\n9\n%%EOF\n")
    assert time.process_time() - begun < 5, "twenty seconds when each was looked for to the end"


@pytest.mark.parametrize("jpeg", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe1\x00\x00" * 3, b"no JPEG"])
def test_half_a_photograph_in_a_pdf_is_no_trouble(jpeg):
    assert len(without_metadata(jpeg)) <= len(jpeg)


@pytest.mark.parametrize("with_proofs", [True, False])
def test_the_ledger_names_each_proof_and_each_way_that_failed_and_holds_files_for_who_may_see_them(
    carried, sender, now, with_proofs
):
    letter = carried(Channel.POST, postal_lines=QUAY, channels=["post", "email"])
    services.record_dispatch(letter.dispatch.pk, evidence="RR 1234", proof=a_scan(), by=sender, now=now)
    services.carry_on(letter.pk, channel="email", what_happened="It came back.", by=sender, now=now)
    proof = Proof.objects.get()
    written = io.BytesIO(b"".join(Bundle(letter.text_digest, with_proofs=with_proofs).chunks()))
    with zipfile.ZipFile(written) as archive:
        folder = f"letters/{letter.reference}-{letter.pk}"
        said = json.loads(archive.read(f"{folder}/evidence.json"))
        files = {name: archive.read(name) for name in archive.namelist() if "/proofs/" in name}
        assert ("holds them in letters/" in archive.read("README.txt").decode()) == with_proofs
    assert [(row["file"], row["digest"], row["added_by"]) for row in said["proofs"]] == [
        (proof.file_name, hashlib.sha256(proof.content).hexdigest(), sender.pk)
    ]
    assert [(row["channel"], row["evidence"]) for row in said["ways_that_failed"]] == [("post", "RR 1234")]
    assert files == ({f"{folder}/proofs/{proof.file_name}": proof.content} if with_proofs else {})


BAD = {
    "too large": b"%PDF-" + b"x" * 10_000_001,
    "a PDF, a JPEG or a PNG": b"<html><script>",
    "not complete": a_pdf()[:-8],
    "encrypted": a_pdf(b"<< /Encrypt 2 0 R >>"),
    "script": a_pdf(b"<< /OpenAction << /S /Java#53cript /J#53 (app.alert) >> >>"),
    "another file": a_pdf(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"),
    "cannot be read as a picture": b"\x89PNG\r\n\x1a\n" + bytes(50),
}


@pytest.mark.parametrize("sentence", BAD)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_noted(carried, client, sender, sentence):
    letter = carried(Channel.HAND)
    client.force_login(sender)
    where = f"/admin/letters/dispatch/{letter.dispatch.pk}/actions/record_delivery/"
    answer = client.post(where, {"evidence": "The porter.", "file": io.BytesIO(BAD[sentence])})
    assert answer.status_code in {409, 422}
    assert sentence in answer.content.decode()
    assert not Proof.objects.exists()
    assert progress(letter) == "to_dispatch"


def test_what_a_pdf_packs_is_looked_into():
    inner = zlib.compress(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    packed = b"<< /Type /ObjStm /Filter /FlateDecode >> stream\n%s\nendstream"
    assert clean_document(a_pdf(packed % zlib.compress(b"<< /Type /Page >>"))).content_type == "application/pdf"
    with pytest.raises(DocumentRefused, match="script"):
        clean_document(a_pdf(packed % inner))
