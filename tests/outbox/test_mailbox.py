"""The mailbox: what was written to files, shown to this machine only, and nothing in it acts."""

import os
from email.message import EmailMessage

import pytest

from tests.whole_site import with_mailbox

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module", autouse=True)
def _site():
    """As DEBUG without EMAIL_URL has it."""
    with with_mailbox():
        yield


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    return tmp_path


@pytest.fixture
def write(folder):
    def write(name="one.eml", *, text="Open http://testserver/signatures/abc/ please.", html="", at=1_000, **headers):
        message = EmailMessage()
        said = {"From": "Outcry <post@x.example>", "To": "kim@x.example", "Subject": "One"} | headers
        for header, value in said.items():
            message[header] = value
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        message.add_attachment(b"%PDF-1.7 text", maintype="application", subtype="pdf", filename='re"ceipt.pdf')
        (folder / name).write_bytes(message.as_bytes())
        os.utime(folder / name, (at, at))

    return write


def test_messages_stand_newest_first_with_address_and_subject(client, write):
    write("a.eml", Subject="The older", at=1_000)
    write("b.eml", Subject="The newer 김민지", at=2_000)
    content = client.get("/mailbox/").content.decode()
    assert content.index("The newer 김민지") < content.index("The older")
    assert "kim@x.example" in content
    assert "Nothing was really sent." in content


def test_an_empty_mailbox_says_what_to_do(client):
    assert "No mail yet." in client.get("/mailbox/").content.decode()


def test_links_can_be_followed_and_the_attachment_kept(client, write):
    write()
    content = client.get("/mailbox/one.eml/").content.decode()
    assert '<a href="http://testserver/signatures/abc/">' in content
    attachment = client.get("/mailbox/one.eml/0/")
    assert attachment.content == b"%PDF-1.7 text"
    assert attachment.headers["Content-Type"] == "application/octet-stream"
    assert attachment.headers["Content-Disposition"] == 'attachment; filename="re_ceipt.pdf"'
    assert client.get("/mailbox/one.eml/1/").status_code == 404


def test_nothing_in_a_mail_acts(client, write):
    write(Subject=f"Hello {SCRIPT}", To=f'"{SCRIPT}" <a@x.example>', text=f"Hello {SCRIPT}", html=f"<p>{SCRIPT}</p>")
    for path in ("/mailbox/", "/mailbox/one.eml/"):
        assert SCRIPT not in client.get(path).content.decode()
    drawn = client.get("/mailbox/one.eml/html/")
    policy = drawn.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert "allow-" not in policy


def test_a_mail_in_plain_text_has_no_html_page(client, write):
    write()
    assert "/html/" not in client.get("/mailbox/one.eml/").content.decode()
    assert client.get("/mailbox/one.eml/html/").status_code == 404


@pytest.mark.parametrize("name", ["none.eml", "..%2f..%2fetc%2fpasswd", "...eml", "one.txt", "%00.eml", "a b.eml"])
def test_no_other_file_is_shown(client, folder, name):
    (folder / "one.txt").write_text("secret")
    for path in (f"/mailbox/{name}/", f"/mailbox/{name}/html/", f"/mailbox/{name}/0/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("address", ["10.0.0.5", "203.0.113.9", "::ffff:203.0.113.9", "", "nonsense"])
def test_only_this_machine_may_look(client, write, address):
    write()
    for path in ("/mailbox/", "/mailbox/one.eml/", "/mailbox/one.eml/html/", "/mailbox/one.eml/0/"):
        assert client.get(path, REMOTE_ADDR=address).status_code == 404


def test_the_mailbox_is_not_there_in_production(client, settings):
    settings.ROOT_URLCONF = "config.urls"  # tests run with DEBUG off
    assert client.get("/mailbox/").status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via"])
def test_whoever_comes_through_a_proxy_finds_no_mailbox(client, name):
    assert client.get("/mailbox/").status_code == 200
    assert client.get("/mailbox/", headers={name: "198.51.100.7"}).status_code == 404
