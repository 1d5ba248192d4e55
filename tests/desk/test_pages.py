"""Every page opens, keeps to the content security policy, and asks the database little."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from petitions.models import Signature
from petitions.services import sign_petition
from tests import factories
from tests.conftest import only_long
from tests.desk import places

pytestmark = pytest.mark.django_db

MAY_BE_SCRIPT_TYPES = {"application/json"}


class InlineCode(HTMLParser):
    """Everything in a page that `script-src 'self'; style-src 'self'` refuses."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "style" or "style" in attributes:
            self.found.append(f"<{tag} style>")
        if tag == "script" and "src" not in attributes and attributes.get("type") not in MAY_BE_SCRIPT_TYPES:
            self.found.append("<script> without src")
        self.found += [f"<{tag} {name}>" for name in attributes if name.startswith("on")]
        if (attributes.get("href") or "").startswith("javascript:"):
            self.found.append("javascript:")


def inline_code(html):
    parser = InlineCode()
    parser.feed(html)
    parser.close()
    return parser.found


def test_every_page_opens_without_inline_code_delete_links_or_the_address_of_a_supporter(world, superuser, desk):
    client = desk(superuser)
    seen = Counter()
    for address in (*places.pages(), *places.step_pages()):
        response = client.get(address)
        if "/actions/" in address and response.status_code == 302:  # not possible for this row, which its page says
            continue
        assert response.status_code == 200, address
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]
        html = response.content.decode()
        assert inline_code(html) == [], address
        for unwanted in ("deletelink", "anna.kim@", "supporter.example"):
            assert unwanted not in html, (address, unwanted)
        seen["step" if "/actions/" in address else address.split("/")[-2]] += 1
    assert seen["change"] > 20
    assert seen["step"] >= 8
    assert seen["add"] == len(places.ADDED_BY_HAND)


def test_the_sign_in_page_holds_no_inline_style_or_script_and_asks_for_an_e_mail_address(client):
    html = client.get("/admin/login/").content.decode()
    assert inline_code(html) == []
    assert 'type="email"' in html
    assert "E-mail" in html


def test_every_copy_opens_as_pdf(world, superuser, desk):
    client = desk(superuser)
    addresses = list(places.files())
    assert len(addresses) >= 5
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.content.startswith(b"%PDF"), address


def test_a_list_asks_no_more_of_the_database_the_longer_it_is(world, superuser, desk):
    client = desk(superuser)
    for _ in range(12):
        factories.make_petition(campaign=world.draft.campaign, author=world.editor)
        factories.make_draft(campaign=world.draft.campaign, author=world.editor)
        factories.make_delegate()
        factories.make_recipient()
        factories.make_user("editor", "press")
    for number in range(20):
        sign_petition(
            world.open_petition, name="A B", email=f"s{number}@supporter.example", language="en", now=timezone.now()
        )
    for address in places.lists():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 15, f"{address}: {len(queries)}\n" + "\n".join(q["sql"][:150] for q in queries)


def test_a_superuser_can_delete_nothing(world, superuser, desk):
    client = desk(superuser)
    for model in admin.site._registry:
        row = model._default_manager.first()
        if row is not None:
            assert client.post(f"{places.base(model)}{row.pk}/delete/", {"post": "yes"}).status_code == 403, model
            assert model._default_manager.filter(pk=row.pk).exists()


def test_a_mail_is_listed_without_address_and_only_letters_with_their_subject(world, superuser, desk):
    html = desk(superuser).get("/admin/outbox/email/").content.decode()
    assert "Request from Coalition" in html
    assert "office.example" not in html
    assert "Safe passage, not a return convoy" not in html  # the subject of the supporter's mail


def test_reading_a_signature_leaves_a_line_and_the_log_in_clear_stays_empty(world, superuser, desk):
    signature = Signature.objects.get()
    html = desk(superuser).get(places.page(signature)).content.decode()
    assert "Anna Kim" in html
    [entry] = AuditEntry.objects.filter(act="petitions.view_signature")
    assert (entry.by, entry.object_id) == (superuser, signature.pk)
    assert not LogEntry.objects.exists()


@only_long  # in `make test` the access matrix forges numbers
@pytest.mark.parametrize("forged", ["999999", "abc", "9" * 30, "1%00"])
def test_a_forged_number_is_answered_with_a_sentence(superuser, desk, forged):
    client = desk(superuser)
    for model, _admin, name in places.steps():
        for address in (f"{places.base(model)}{forged}/change/", f"{places.base(model)}{forged}/actions/{name}/"):
            response = client.post(address, {"reason": "Because."})
            assert response.status_code in {302, 403}, (address, response.status_code)
    assert "doesn’t exist" in client.get(address, follow=True).content.decode()


def test_signed_in_delegates_and_strangers_see_the_way_in_and_nothing_else(world, client, desk):
    delegate = factories.make_delegate().user
    for visitor in (client, desk(delegate)):
        for address in places.pages():
            response = visitor.get(address)
            assert response.status_code == 302, address
            assert "/admin/login/" in response["Location"]
