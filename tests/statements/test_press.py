"""The press page, and what the press officer does at the desk."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from outbox import kinds
from outbox.models import Email
from statements import services
from statements.models import PressImage, Quote
from tests.factories import add_press_image, make_embargoed, make_published, make_user, picture

pytestmark = pytest.mark.django_db

RELEASE = {"title": "They ask", "body": "They *ask*.", "notes": "See [^1].", "contact": "Han Seo-yun\n+82 2 000"}


@pytest.fixture
def press(client):
    user = make_user("press")
    client.force_login(user)
    return user


@pytest.fixture
def statement():
    return make_published()


@pytest.fixture
def post(client, press, statement):
    def post(step, **form):
        return client.post(f"/admin/statements/statement/{statement.pk}/actions/{step}/", form)

    return post


def written(text):
    return {f"en-{name}": value for name, value in text.items()}


class TestThePage:
    def test_it_holds_release_contact_quotes_and_pictures(self, post, statement):
        page = f"/statements/{statement.slug}/press/"
        assert Client().get(page).status_code == 404  # nothing is written yet
        assert post("press", do="text-en", **written(RELEASE)).status_code == 302
        quote = {"quote-language": "en", "quote-words": "We ask.", "quote-speaker": "Han", "quote-role": "Chair"}
        post("press", do="quote", **quote)
        image = {"image-texts_en": "A river.", "image-credit": "Han", "image-licence": "CC BY 4.0"}
        file = SimpleUploadedFile("river.jpg", picture())
        post("press", do="image", **image, **{"image-file": file})
        shown = Client().get(page).content.decode()
        for words in ("They <em>ask</em>", "Han Seo-yun<br>+82 2 000", 'alt="A river."', "CC BY 4.0"):
            assert words in shown
        assert "We ask." not in shown  # not approved yet
        said = Quote.objects.get()
        post("press", do=f"approve-{said.pk}", **{f"q{said.pk}-approved_by": "Han, by telephone"})
        shown = Client().get(page).content.decode()
        assert "We ask." in shown
        assert "Han, by telephone" in shown
        picture_file = Client().get(f"{page}{PressImage.objects.get().pk}/")
        assert picture_file.headers["Content-Type"] == "image/jpeg"
        assert picture_file.headers["Content-Disposition"].startswith("attachment")
        assert "For the press" in Client().get(f"/statements/{statement.slug}/").content.decode()
        post("press", do=f"unquote-{said.pk}")
        assert "We ask." not in Client().get(page).content.decode()

    def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(self, post, statement):
        answer = post("press", do="text-en", **written(RELEASE | {"contact": "", "body": "x\x00"}))
        assert answer.status_code == 422
        assert "They ask" in answer.content.decode()
        assert not statement.press_texts.exists()
        svg = SimpleUploadedFile("river.jpg", b"<svg><script>alert(1)</script></svg>", content_type="image/jpeg")
        image = {"image-texts_en": "A river.", "image-credit": "Han", "image-licence": "CC BY 4.0", "image-file": svg}
        answer = post("press", do="image", **image)
        assert answer.status_code == 409
        assert "cannot be read as a picture" in answer.content.decode()
        for do in ("", "text-xx", "approve-999999", "approve-x", "unquote-" + "9" * 40):
            assert post("press", do=do).status_code in {302, 409, 422}
        assert not statement.press_images.exists()

    def test_before_the_embargo_ends_neither_page_nor_picture_is_public(self, client, press, now):
        statement = make_embargoed(until=timezone.now() + timedelta(days=1))
        services.write_press_text(statement.pk, "en", **RELEASE, by=press, now=now)
        image = add_press_image(statement, by=press, now=now)
        for page in (f"/statements/{statement.slug}/press/", f"/statements/{statement.slug}/press/{image.pk}/"):
            assert client.get(page).status_code == 404


class TestTheDesk:
    def test_lists_counts_and_order(self, post, statement, client):
        url = f"/admin/statements/statement/{statement.pk}/actions/signatories/"
        page = client.get(url).content.decode()
        assert "2 organizations" in page
        assert "단체 2곳" in page
        first, second = statement.cosignatures.order_by("pk")
        places = {f"place_{first.pk}": "2", f"place_{second.pk}": "1", f"lead_{second.pk}": "on"}
        assert post("signatories", do="order", order="hand", **places).status_code == 302
        statement.refresh_from_db()
        assert statement.signature_order == "hand"
        assert post("signatories", do="order", order="sideways").status_code == 422

    def test_receipts_go_once_more_to_who_signed(self, post, statement):
        chosen = statement.cosignatures.first()
        before = Email.objects.filter(kind="statements.receipt").count()
        assert post("signatories", do="resend", receipt=[chosen.pk]).status_code == 302
        mails = Email.objects.filter(kind="statements.receipt").order_by("-pk")
        assert mails.count() == before + 1
        assert mails[0].to == chosen.signed_by.email
        [attachment] = kinds.get("statements.receipt").attachments(mails[0])
        assert attachment.content.startswith(b"%PDF")
