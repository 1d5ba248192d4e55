"""How an organization joins, what its name was when, and what of a logo is kept."""

import re
import struct
import zlib
from datetime import date, timedelta

import pytest
from django.utils import timezone

from campaigns import domains, png, services
from campaigns.exceptions import ApplicationRefused, DelegateRefused, NoSuchPicture
from campaigns.models import Delegate, DelegateRequest, MembershipApplication, Organization, OrganizationName
from outbox.models import Email
from privacy import erasure, retention
from statements.services import accept_delegate_request
from tests.factories import make_delegate, make_organization, make_user

pytestmark = pytest.mark.django_db

SAID = {
    "name": "River Watch (demo)",
    "type": "ngo",
    "website": "https://river.example",
    "about": "We count the missing.",
    "contact_name": "Ines Roth",
    "address": "ines@river.example",
}


def apply(client, **changed):
    return client.post("/organizations/join/", SAID | changed)


def link(email):
    return re.search(r"/organizations/join/[\w=-]{32}/", email.payload["text"])[0]


def a_png(width=2, height=2, extra=b""):
    rows = b"".join(b"\x00" + b"\xff\x00\x00" * width for _ in range(height))
    head = png.chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return png.SIGNATURE + head + extra + png.chunk(b"IDAT", zlib.compress(rows)) + png.chunk(b"IEND", b"")


class TestApplying:
    def test_staff_see_it_once_the_address_confirmed_and_then_decide(self, client, now):
        assert apply(client).headers["Location"] == "/organizations/join/sent/"
        assert not client.cookies
        assert not Organization.objects.exists()
        [email] = Email.objects.all()
        where = link(email)
        assert "Confirm" in client.get(where).content.decode()
        assert not Organization.objects.exists()  # a mail scanner that follows the link applies for nobody
        for _ in range(2):
            assert client.post(where).status_code == 200
        organization = Organization.objects.get()
        assert (organization.state, organization.name) == ("applied", SAID["name"])
        assert client.get(f"/organizations/{organization.slug}/").status_code == 404
        services.verify_organization(organization.pk, by=make_user("moderator"), now=now)
        assert MembershipApplication.objects.get().state == "accepted"
        assert Email.objects.get(key__startswith="application-decided").to == SAID["address"]
        assert SAID["name"] in client.get(f"/organizations/{organization.slug}/").content.decode()

    def test_who_is_not_admitted_is_told_why(self, client, now):
        apply(client)
        client.post(link(Email.objects.get()))
        pk = Organization.objects.get().pk
        services.refuse_organization(pk, by=make_user("moderator"), reason="No published address.", now=now)
        assert "No published address." in Email.objects.get(key__contains="decided").payload["text"]

    def test_bad_input_is_said_beside_the_field(self, client):
        answer = apply(client, name="", address="nobody", contact_name="Ines\u202eRoth")
        assert answer.status_code == 422
        for sentence in ("write the name of the organization", "not look like an e-mail", "invisible characters"):
            assert sentence in answer.content.decode()
        assert apply(client, homepage="https://spam.example").status_code == 302
        assert not MembershipApplication.objects.exists()

    def test_a_network_applies_five_times_a_day(self, client):
        statuses = [apply(client, address=f"a{number}@river.example").status_code for number in range(6)]
        assert statuses == [302] * 5 + [429]

    def test_an_old_link_confirms_nothing_and_the_clock_deletes_it(self, client, now):
        apply(client)
        application = MembershipApplication.objects.get()
        later = timezone.now() + timedelta(days=8)
        with pytest.raises(ApplicationRefused, match="older than seven days"):
            services.confirm_application(application.pk, now=later)
        retention.run(now=later)
        assert not MembershipApplication.objects.exists()

    def test_a_year_after_the_decision_nobody_knows_who_applied(self, client, now):
        apply(client)
        client.post(link(Email.objects.get()))
        moderator = make_user("moderator")
        services.verify_organization(Organization.objects.get().pk, by=moderator, now=timezone.now())
        retention.run(now=timezone.now() + timedelta(days=366))
        application = MembershipApplication.objects.get()
        assert (application.contact_name, application.address) == ("", "")

    def test_whoever_applied_can_be_erased(self, client, now):
        apply(client)
        client.post(link(Email.objects.get()))
        person = erasure.fingerprint_of(SAID["address"])
        erasure.erase_person(person, by=make_user("safeguarding"), reason="Her letter.", now=timezone.now())
        assert MembershipApplication.objects.get().contact_name == ""


class TestNames:
    def test_a_name_is_that_of_its_time(self):
        organization = make_organization("River Watch", name_ko="강 감시")
        OrganizationName.objects.filter(language="ko").update(valid_from=date(2020, 1, 1))
        OrganizationName.objects.create(
            organization=organization, language="ko", name="강 모임", valid_until=date(2019, 12, 31)
        )
        assert organization.name_in("ko") == "강 감시"
        assert dict(organization.names_on(date(2019, 6, 1)))["ko"] == "강 모임"

    def test_a_hidden_member_stands_nowhere(self, client):
        organization = make_organization("River Watch (demo)")
        assert organization.name in client.get("/organizations/").content.decode()
        Organization.objects.update(is_hidden=True)
        assert not Organization.objects.public().exists()
        assert client.get(f"/organizations/{organization.slug}/").status_code == 404


class TestLogos:
    def test_only_the_pixels_stay_and_only_by_consent_is_it_shown(self, client, now):
        organization, editor = make_organization(), make_user("moderator")
        content = a_png(extra=png.chunk(b"tEXt", b"Author\x00Ines Roth"))
        where = f"/organizations/{organization.slug}/logo.png"
        services.set_logo(organization.pk, content, is_shown=True, consent="", by=editor, now=now)
        assert client.get(where).status_code == 404
        services.set_logo(organization.pk, content, is_shown=True, consent="Board, 3 May", by=editor, now=now)
        answer = client.get(where)
        assert answer.headers["Content-Type"] == "image/png"
        assert b"Ines" not in answer.content
        assert png.rewritten(answer.content).width == 2

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"<svg onload='x()'/>", "not a PNG"),
            (a_png()[:-9], "damaged"),
            (a_png().replace(b"IDATx", b"IDATy", 1), "damaged"),
            (a_png(2000, 1), "1,500 pixels"),
            (png.SIGNATURE + b"\x00" * 200_001, "200 KB"),
            (png.SIGNATURE + struct.pack(">I", 2**31) + b"IHDR", "damaged"),
        ],
    )
    def test_what_is_no_picture_is_refused(self, content, sentence):
        with pytest.raises(NoSuchPicture, match=sentence):
            png.rewritten(content)

    def test_a_picture_that_unpacks_to_more_than_it_says_is_refused(self):
        head = png.chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
        bomb = png.SIGNATURE + head + png.chunk(b"IDAT", zlib.compress(b"\x00" * 10**6)) + png.chunk(b"IEND", b"")
        with pytest.raises(NoSuchPicture, match="damaged"):
            png.rewritten(bomb)


class TestColleagues:
    ASKED = {"name": "Lee Na", "address": "na@river.example", "title": "", "mandate": "Board", "may_sign": True}

    def test_a_successor_is_let_in_by_staff_and_the_mandate_of_who_leaves_ends(self, now):
        leaving, moderator = make_delegate(), make_user("moderator")
        request = services.ask_for_delegate(leaving, **self.ASKED, replaces=leaving, language="ko", now=now)
        assert not Delegate.objects.exclude(pk=leaving.pk).exists()
        new = accept_delegate_request(request.pk, by=moderator, now=now)
        leaving.refresh_from_db()
        assert new.is_valid(now.date())
        assert not leaving.is_valid(now.date())
        assert new.vouched_at is None
        with pytest.raises(DelegateRefused, match="decided"):
            accept_delegate_request(request.pk, by=moderator, now=now)

    def test_nobody_is_replaced_in_another_organization(self, now):
        with pytest.raises(DelegateRefused, match="no delegate of your organization"):
            services.ask_for_delegate(make_delegate(), **self.ASKED, replaces=make_delegate(), language="en", now=now)
        assert not DelegateRequest.objects.exists()

    @pytest.mark.parametrize(
        ("address", "website", "fits"),
        [
            ("a@river.example", "https://www.river.example/about", True),
            ("a@mail.river.example", "https://river.example", True),
            ("a@notriver.example", "https://river.example", False),
            ("a@river.example", "", None),
        ],
    )
    def test_the_domain_of_an_address_is_compared_with_the_website(self, address, website, fits):
        assert domains.belongs_to(address, website) is fits
