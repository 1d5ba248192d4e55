"""Links of member organizations: who came by one is counted for it, and nobody is named."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions import services
from petitions.exceptions import PartnerLinkRefused
from petitions.models import PartnerLink, Signature
from tests.factories import make_delegate, make_organization, make_petition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def link(petition, now):
    organization = make_organization("Lantern House (demo)")
    return services.make_partner_link(petition, organization, by=make_user("editor"), now=now)


def sign(client, petition, name="Kim", **answers):
    said = {"name": name, "email": f"{name.lower()}@people.example"} | answers
    return client.post(f"/petitions/{petition.slug}/sign/", said)


def test_the_page_names_the_organization_and_is_the_same_for_everybody(client, petition, link):
    page = client.get(f"/petitions/{petition.slug}/with/{link.code}/")
    said = page.content.decode()
    assert "You came here through Lantern House (demo)." in said
    assert f'name="partner" value="{link.code}"' in said
    assert f'<link rel="canonical" href="http://testserver/petitions/{petition.slug}/">' in said
    assert page.headers["Cache-Control"].startswith("public")
    assert not client.cookies
    assert link.code not in client.get(f"/petitions/{petition.slug}/").content.decode()


def test_an_invented_code_and_one_of_another_petition_lead_nowhere(client, petition, link):
    assert client.get(f"/petitions/{petition.slug}/with/abcdefgh/").status_code == 404
    assert client.get(f"/petitions/{make_petition().slug}/with/{link.code}/").status_code == 404


def test_the_link_of_a_former_member_leads_to_the_petition(client, petition, link):
    type(link.organization).objects.update(state="left")
    assert client.get(f"/petitions/{petition.slug}/with/{link.code}/").url == f"/petitions/{petition.slug}/"


def test_who_comes_by_the_link_is_counted_for_it(client, petition, link):
    sign(client, petition, "Kim", partner=link.code)
    sign(client, petition, "Lee")
    now = timezone.now()
    for signature in Signature.objects.all():
        services.confirm_signature(signature.pk, now=now)
    services.refresh_signature_counts(now=now)
    link.refresh_from_db()
    petition.refresh_from_db()
    assert (link.signature_count, petition.signature_count) == (1, 2)


@pytest.mark.parametrize("code", ["abcdefgh", "A" * 5_000, "x'--", "<b>"])
def test_a_forged_code_keeps_nobody_from_signing_and_counts_for_nobody(client, petition, link, code):
    assert sign(client, petition, partner=code).status_code == 302
    assert Signature.objects.get().partner is None


def test_a_code_costs_one_look_and_none_costs_nothing(client, petition, link):
    found = []
    sign(client, petition, "First")
    for number, answers in enumerate([{}, {"partner": link.code}]):
        with CaptureQueriesContext(connection) as queries:
            sign(client, petition, f"Kim{number}", **answers)
        found.append(len(queries))
    assert found[1] == found[0] + 1


def test_what_was_wrong_in_the_form_does_not_lose_the_link(client, petition, link):
    answer = sign(client, petition, email="nonsense", partner=link.code)
    assert answer.status_code == 422
    assert f'name="partner" value="{link.code}"' in answer.content.decode()


def test_a_delegate_sees_the_total_of_the_own_organization_once_it_points_at_nobody(client, petition, link, now):
    other = services.make_partner_link(petition, make_organization(), by=make_user("editor"), now=now)
    client.force_login(make_delegate(link.organization).user)
    PartnerLink.objects.update(signature_count=4)
    page = client.get("/delegate/petitions/").content.decode()
    assert "Fewer than five people" in page
    assert link.code in page
    assert other.code not in page
    PartnerLink.objects.update(signature_count=1_234)
    assert "<b>1,234</b>" in client.get("/delegate/petitions/").content.decode()


def test_only_a_member_has_a_link_and_only_one(petition, link, now):
    editor = make_user("editor")
    with pytest.raises(PartnerLinkRefused, match="already"):
        services.make_partner_link(petition, link.organization, by=editor, now=now)
    with pytest.raises(PartnerLinkRefused, match="verified"):
        services.make_partner_link(petition, make_organization(state="applied"), by=editor, now=now)
    assert PartnerLink.objects.count() == 1


def test_an_editor_makes_a_link_at_the_desk(client, petition):
    client.force_login(make_user("editor"))
    organization = make_organization()
    said = {"petition": petition.pk, "organization": organization.pk}
    assert client.post("/admin/petitions/partnerlink/add/", said).status_code == 302
    link = PartnerLink.objects.get()
    page = client.get(f"/admin/petitions/partnerlink/{link.pk}/change/").content.decode()
    assert f"/petitions/{petition.slug}/with/{link.code}/" in page
    assert client.post("/admin/petitions/partnerlink/add/", said).status_code == 200  # with a sentence
    assert PartnerLink.objects.count() == 1
