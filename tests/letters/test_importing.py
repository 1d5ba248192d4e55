"""Offices from files: read as people write them, looked at row by row, and written as they were shown."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from letters import services
from letters.exceptions import ImportRefused
from letters.models import Holder, Recipient
from tests.factories import make_recipient, make_user

pytestmark = pytest.mark.django_db

HEAD = "slug,name,kind,role,channel,country,email,salutation_en,closing_en,holder,holder_as_of\n"
ROW = 'river-ministry,Ministry of Rivers,embassy,influencer,email,KR,office@rivers.example,"Excellency,",Yours,,\n'


def plan(content, now):
    return services.plan_offices(content.encode() if isinstance(content, str) else content, now=now)


WRITTEN = {
    "comma": HEAD + ROW,
    "byte order mark": "\ufeff" + HEAD + ROW,
    "semicolons": "slug;name;kind;role;channel\nriver-ministry;Ministry of Rivers;Embassy;has influence;e-mail\n",
    "what Excel quotes": HEAD + ROW.replace("river-ministry", '"=""river-ministry"""'),
    "JSON": json.dumps({"records": [
        {"id": "river-ministry", "name": "Ministry of Rivers", "kind": "embassy", "role": "influencer",
         "channel": "email", "channels": ["email", "post"], "salutation": {"en": "Excellency,"}, "country": None},
    ]}),
}  # fmt: skip


@pytest.mark.parametrize("way", WRITTEN)
def test_one_office_however_it_is_written(now, way):
    found = plan(WRITTEN[way], now)
    assert [(row.slug, row.verdict) for row in found.rows] == [("river-ministry", "new")], found.rows[0].errors
    services.import_offices(WRITTEN[way].encode(), digest=found.digest, by=None, now=now)
    office = Recipient.objects.get()
    assert (office.name, office.channel, office.is_fictional) == ("Ministry of Rivers", "email", False)
    assert AuditEntry.objects.filter(act="letters.add_recipient").count() == 1


def test_every_error_has_its_row_its_field_and_a_sentence_and_the_rest_goes_in(now):
    rows = [
        ROW,
        ROW,
        ",No address,embassy,influencer,email,,,,,,\n",
        "a,A,castle,influencer,email,,,,,,\n",
        "b,B,embassy,influencer,email,Atlantis,,,,,\n",
        "c,C,embassy,influencer,email,,no-address,,,,\n",
        "d,=HYPERLINK(1),embassy,influencer,email,,,,,,\n",
        "e,#NAME?,embassy,influencer,email,,,,,,\n",
        "f,F,embassy,influencer,,,,,,,\n",
        "g,G,embassy,influencer,email,,,,,H.E. Somebody,\n",
        "h,H,embassy,influencer,email,,,,,H.E. Somebody,03/05/26\n",
        f"i,{'x' * 251},embassy,influencer,email,,,,,,\n",
        "j,J\u202e,embassy,influencer,email,,,,,,\n",
    ]
    found = plan(HEAD + "".join(rows), now)
    errors = {row.number: row.errors[0] for row in found.of("error")}
    assert {number: label for number, (label, _sentence) in errors.items()} == {
        3: "Address of the page", 4: "Address of the page", 5: "Kind", 6: "State concerned", 7: "E-mail address",
        8: "Name", 9: "Name", 10: "Preferred channel", 11: "Holder known on", 12: "Holder known on", 13: "Name",
        14: "Name",
    }  # fmt: skip
    assert "row 2 already" in errors[3][1]
    assert "castle" in errors[5][1]
    services.import_offices((HEAD + "".join(rows)).encode(), by=None, now=now)
    assert list(Recipient.objects.values_list("slug", flat=True)) == ["river-ministry"]


def test_a_changed_row_is_shown_old_and_new_and_an_empty_cell_changes_nothing(now):
    office = make_recipient("Old name", slug="river-ministry", city="Alderhaven", is_hostile=True)
    Holder.objects.create(recipient=office, name="H.E. Before", since=date(2020, 1, 1), known_on=date(2020, 1, 1))
    content = (
        "slug,name,city,channels,holder,holder_as_of,holder_source,is_hostile,salutation_en\n"
        "river-ministry,New name,,post|email,H.E. Now,2023-05-01,Gazette,,\n"
    )
    [row] = plan(content, now).rows
    assert row.changes == [
        ("Name", "Old name", "New name"),
        ("All channels", "e-mail", "post, e-mail"),
        ("Holder of the office", "H.E. Before", "H.E. Now"),
    ]
    services.import_offices(content.encode(), by=make_user("sender"), now=now)
    office = Recipient.objects.get()
    assert (office.name, office.city, office.channel, office.is_hostile) == ("New name", "Alderhaven", "post", True)
    assert list(office.holders.values_list("name", "since", "until")) == [
        ("H.E. Now", date(2023, 5, 1), None), ("H.E. Before", date(2020, 1, 1), date(2023, 5, 1)),
    ]  # fmt: skip
    assert plan(content, now).rows[0].verdict == "same"
    unmarked = "slug,is_hostile\nriver-ministry,no\n"
    assert "does not take this mark away" in plan(unmarked, now).rows[0].errors[0][1]


REFUSED = {
    "larger than 5 MB": b"x" * 5_000_001,
    "no CSV": b"PK\x03\x04",
    "cannot be read": b"slug,name\nx,a\x00b\n",
    "headed “slug”": b"name\nMinistry\n",
    "same heading": b"slug,id\na,b\n",
    "quotation mark": b'slug,name\nx,"open\n',
    "no office": b"slug,name\n\n",
    "JSON": b'[{"slug": "a",}]',
    "no list of offices": b'{"records": "all"}',
    "2,000": b"slug\n" + b"a\n" * 2_001,
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_a_file_that_is_none_is_refused_with_a_sentence(now, sentence):
    with pytest.raises(ImportRefused, match=sentence):
        plan(REFUSED[sentence], now)


def test_columns_that_nobody_knows_are_named_and_a_nul_in_json_is_refused(now):
    found = plan(json.dumps([{"slug": "a", "name": "A\x00", "note": "x", "favourite colour": "red"}]), now)
    assert found.unknown == ["note", "favourite colour"]
    assert ("Name", "This holds invisible characters that we cannot store. Please type it again.") in found.rows[
        0
    ].errors


def test_at_the_desk_one_looks_and_then_imports_what_one_saw(client, now):
    client.force_login(make_user("sender"))
    upload = io.BytesIO((HEAD + ROW).encode())
    look = client.post("/admin/letters/recipient/import/", {"file": upload}).url
    page = client.get(look)
    assert "Import 1 office" in page.content.decode()
    assert not Recipient.objects.exists()
    digest = page.context["plan"].digest
    make_recipient("Changed meanwhile", slug="river-ministry")
    again = client.post(look, {"import": "1", "digest": digest}, follow=True).content.decode()
    assert "changed since you looked" in again
    assert Recipient.objects.get().name == "Changed meanwhile"
    client.post(look, {"import": "1", "digest": client.get(look).context["plan"].digest})
    assert Recipient.objects.get().name == "Ministry of Rivers"
    bad = client.post("/admin/letters/recipient/import/", {"file": io.BytesIO(b"PK\x03\x04")})
    assert (bad.status_code, "no CSV" in bad.content.decode()) == (422, True)
    client.force_login(make_user("editor"))
    assert client.get("/admin/letters/recipient/import/").status_code == 403


def test_the_command_looks_or_imports(tmp_path, capsys):
    file = tmp_path / "offices.csv"
    file.write_text(HEAD + ROW + ROW)
    call_command("import_recipients", str(file), "--dry-run")
    said = capsys.readouterr().out
    assert "row 3, Address of the page: This office stands in row 2 already." in said
    assert "Nothing was written." in said
    assert not Recipient.objects.exists()
    call_command("import_recipients", str(file))
    assert Recipient.objects.count() == 1
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_recipients", str(tmp_path / "none.csv"))
