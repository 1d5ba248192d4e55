"""A copy in the language, order and file of its office; one to oneself; and more of them than fit in memory."""

import hashlib
import io
import zipfile

import pytest

from accounts.models import AuditEntry
from letters import services
from letters.addressing import envelope
from letters.copies import Digests, canonical_copy, write_copies
from letters.exceptions import ReleaseRefused
from letters.models import FormOfAddress, Holder, Letter, LetterTemplate, Recipient
from letters.models.recipient import Channel
from letters.services import writing
from letters.sheets import copy_file, copy_pdf
from outbox.models import Email
from outbox.tasks import send_due_mail
from tests.factories import NOW, make_recipient, make_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def chinese():
    """An office that is written to in Chinese, and its template."""
    make_template(
        "zh",
        subject="致{{ recipient.name }}",
        body="我们谨代表 {{ signatories.count }} 个组织致函。{{ statement.url }}",
    )
    office = make_recipient(languages=("en",), city="Geneva")
    FormOfAddress.objects.create(
        recipient=office, language="zh", name="外交部长", salutation="尊敬的部长阁下：", closing="顺致最崇高的敬意"
    )
    return office


def office(holder="", postal=(), city="", **form):
    recipient = Recipient(postal_lines=list(postal), city=city)
    holders = [Holder(name=holder, known_on=NOW.date())] if holder else []
    recipient.pk, recipient._prefetched_objects_cache = 1, {"holders": holders}
    return recipient, FormOfAddress(**form)


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (office("Jane Roe", ["1 Quay"], language="en", name="Ministry"), ["Jane Roe", "Ministry", "1 Quay"]),
        (office("김하늘", ["서울시"], language="ko", name="외교부 장관"), ["서울시", "외교부 장관 김하늘 귀하"]),
        (office(city="Lakemoor", language="ko", name="대표부 (demo)"), ["대표부 (demo) 귀중", "Lakemoor"]),
        (office(language="ko", name="유엔 사무총장"), ["유엔 사무총장 귀하"]),
        (office(language="ko", name="메로우 외교부 장관 귀하"), ["메로우 외교부 장관 귀하"]),
        (office("王某", ["1 Quai"], language="zh", name="外交部长"), ["外交部长 王某 阁下", "1 Quai"]),
        (office("王某", ["北京市朝阳区"], language="zh-hans", name="外交部长"), ["北京市朝阳区", "外交部长 王某 阁下"]),
    ],
)  # fmt: skip
def test_the_address_stands_in_the_order_of_its_language(asked, lines):
    assert envelope(*asked, on=NOW.date()) == lines


def test_a_letter_in_chinese_is_chinese_throughout(ask, approver, chinese, now, sent_mail):
    release = ask([chinese], language="zh")
    services.approve_release(release.pk, by=approver, now=now)
    Email.objects.filter(kind="letters.letter").update(due_at=now)
    send_due_mail()
    message = sent_mail[-1]
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for said in (text, html):
        for words in ("2023年11月20日", "尊敬的部长阁下：", "顺致最崇高的敬意", "文号", "本函的 PDF 文件见附件。"):
            assert words in said
    assert 'lang="zh-hans"' in html
    assert "keep-all" not in html  # which would forbid most line breaks
    assert "/zh/" not in text  # the site has no such pages
    assert message["Subject"] == "致外交部长"


def test_a_character_that_would_print_as_a_box_is_named(ask, chinese):
    FormOfAddress.objects.filter(recipient=chinese, language="zh").update(salutation="尊敬的𠮷部长：")
    with pytest.raises(ReleaseRefused, match=r"no shape for: 𠮷 \(U\+20BB7\)"):
        ask([chinese], language="zh")
    FormOfAddress.objects.filter(recipient=chinese, language="zh").update(salutation="尊敬的臺灣國際部長：")
    assert ask([chinese], language="zh").pk


def test_an_office_that_takes_only_word_gets_word(ask, approver, now, sent_mail):
    services.approve_release(ask([make_recipient(accepts_formats=["docx"])]).pk, by=approver, now=now)
    Email.objects.filter(kind="letters.letter").update(due_at=now)
    send_due_mail()
    [attached] = sent_mail[-1].iter_attachments()
    assert attached.get_filename().endswith(".docx")
    with zipfile.ZipFile(io.BytesIO(attached.get_content())) as file:
        words = file.read("word/document.xml").decode()
    copy = Letter.objects.get().copy
    for said in (copy["salutation"], copy["closing"], copy["reference"], copy["signatories"][0]["name"]):
        assert said in words
    assert "attached as a Word file" in sent_mail[-1].get_body(("plain",)).get_content()
    assert Letter.objects.get().pdf_digest


def test_a_test_copy_goes_to_oneself_and_counts_as_nothing(ask, requester, now, sent_mail, approver):
    offices = [make_recipient(), make_recipient(channel=Channel.HAND)]
    release = ask(offices)
    for chosen in (*offices, offices[0]):  # the third in the same minute
        services.send_test_copy(release.pk, chosen.pk, by=requester, now=now)
    send_due_mail()
    mine = [message for message in sent_mail if message["To"] == requester.email]
    assert [message["Subject"].startswith("[Test] ") for message in mine] == [True, True]
    assert not any("office" in message["To"] for message in sent_mail)
    assert not Letter.objects.exists()
    lines = AuditEntry.objects.filter(act="letters.send_test_copy")
    assert {(line.by, line.object_id) for line in lines} == {(requester, release.pk)}
    services.approve_release(release.pk, by=approver, now=now)
    letter = Letter.objects.get(recipient=offices[0])
    [pdf] = mine[0].iter_attachments()
    assert pdf.get_content() == copy_pdf(letter.copy, release)  # what the office gets, byte for byte
    with pytest.raises(ReleaseRefused, match="not one of this release"):
        services.send_test_copy(release.pk, make_recipient().pk, by=requester, now=now)


def test_the_digest_of_copies_that_stream_past_is_the_one_of_all(ask):
    offices = [make_recipient() for _ in range(3)]
    release = ask(offices)
    copies, _refusals = write_copies(release, release.recipients.all())
    digests = Digests()
    for pk in sorted(copies):
        assert digests.add(pk, copies[pk]) == hashlib.sha256(canonical_copy(copies[pk])).hexdigest()
    assert digests.of_all == release.copies_digest
    with pytest.raises(ValueError, match="by the numbers"):
        digests.add(1, copies[offices[0].pk])


def test_letters_are_written_in_few_statements_and_undone_together(
    ask, approver, now, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(writing, "BATCH", 4)
    offices = [make_recipient() for _ in range(10)]
    release = ask(offices)
    last = max(offices, key=lambda row: row.pk)
    somebody = Holder.objects.create(recipient=last, name="Somebody Else", known_on=now.date())
    with pytest.raises(ReleaseRefused, match="has changed"):
        services.approve_release(release.pk, by=approver, now=now)
    assert not Letter.objects.exists()
    assert not Email.objects.filter(kind="letters.letter").exists()
    somebody.delete()
    with django_assert_max_num_queries(40):
        assert services.approve_release(release.pk, by=approver, now=now) == 10
    assert Letter.objects.values("email").distinct().count() == 10


def test_a_body_without_end_is_refused_and_a_mail_too_large_fails_with_a_sentence(ask, approver, now, settings):
    office = make_recipient()
    LetterTemplate.objects.filter(language="en").update(body="word " * 25_000)
    with pytest.raises(ReleaseRefused, match="125000 characters; 100000"):
        ask([office])
    LetterTemplate.objects.filter(language="en").update(body="A word.")
    services.approve_release(ask([office]).pk, by=approver, now=now)
    settings.MAIL_MAX_BYTES = 2_000
    Email.objects.filter(kind="letters.letter").update(due_at=now)
    send_due_mail()
    email = Email.objects.get(kind="letters.letter")
    assert (email.state, "larger than mail servers take" in email.server_reply) == ("failed", True)


def test_the_same_copy_is_the_same_file(ask):
    office = make_recipient()
    release = ask([office])
    copies, _refusals = write_copies(release, [office])
    for kind in ("pdf", "docx"):
        assert copy_file(copies[office.pk], release.dated_on, kind=kind) == copy_file(
            copies[office.pk], release.dated_on, kind=kind
        )
