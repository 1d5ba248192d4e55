"""The page of a statement tells its story in the order of its days, and stays cheap however many signed."""

import re
from datetime import date, timedelta

import pytest

from letters.models import Letter, Reply
from letters.services import approve_release, record_reply
from outbox.models import Email
from statements import services
from statements.models import CoSignature, Erratum
from tests.factories import NOW, make_organization, make_published, make_recipient, make_template, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def statement():
    """Published, signed by two hundred, sent to two offices of which one has answered, with a correction."""
    make_template("en")
    statement = make_published(now=NOW)
    first = statement.cosignatures.select_related("organization").first()
    copied = [field for field in CoSignature._meta.concrete_fields if not field.primary_key]
    CoSignature.objects.bulk_create(
        CoSignature(
            **{field.attname: getattr(first, field.attname) for field in copied}
            | {"organization_id": organization.pk, "names_as_signed": {"en": organization.name}}
        )
        for organization in (make_organization() for _ in range(198))
    )
    asker, approver = make_user("sender"), make_user("sender")
    offices = [make_recipient("Northland Ministry (demo)"), make_recipient("Merrow Ministry (demo)")]
    release = services.request_release(statement.pk, offices, reply_by=date(2023, 12, 20), by=asker, now=NOW + DAY)
    approve_release(release.pk, by=approver, now=NOW + DAY)
    Email.objects.filter(kind="letters.letter").update(state="sent", sent_at=NOW + 2 * DAY)
    record_reply(
        Letter.objects.get(recipient=offices[0]),
        kind=Reply.Kind.ANSWER,
        received_on=(NOW + 4 * DAY).date(),
        summaries={"en": "They will raise it."},
        by=asker,
        now=NOW + 5 * DAY,
    )
    version = statement.versions.get()
    Erratum.objects.create(
        statement=statement, version=version, texts={"en": "<i>80</i>, not 60."}, published_at=NOW + 3 * DAY
    )
    return statement


def test_the_page_tells_what_was_sent_and_what_came_back_in_few_queries(
    client, statement, django_assert_max_num_queries, settings
):
    settings.PAGE_CACHE_SECONDS = 10
    address = f"/statements/{statement.slug}/"
    with django_assert_max_num_queries(8):
        page = client.get(address).content.decode()
    assert 'data-cosignature-count="200"' in page
    story = page[page.index('id="timeline"') :]
    told = re.findall(r'<time datetime="(\S+)">[^<]*</time></p><p>(?:<a [^>]*>)?([^<]+)', story)
    assert [(day, words.strip()) for day, words in told] == [
        ("2023-11-24", "Northland Ministry (demo) answered"),
        ("2023-11-23", "A correction was published"),
        ("2023-11-22", "Sent to 2 offices"),
        ("2023-11-20", "Published here"),
    ]
    assert "&lt;i&gt;80" in story
    with django_assert_max_num_queries(1):
        assert client.get(address).content.decode() == page
    assert "2개 기관" in client.get(f"/ko{address}").content.decode()


def test_of_one_day_what_came_later_stands_above(client):
    make_template("en")
    statement = make_published(now=NOW)
    version = statement.versions.get()
    version.change, version.change_reason = "material", "A demand was missing."
    version.save()
    asker, approver = make_user("sender"), make_user("sender")
    release = services.request_release(
        statement.pk, [make_recipient("Merrow Ministry (demo)")], reply_by=date(2023, 12, 20), by=asker, now=NOW
    )
    approve_release(release.pk, by=approver, now=NOW)
    Email.objects.filter(kind="letters.letter").update(state="sent", sent_at=NOW)
    Erratum.objects.create(statement=statement, version=version, texts={"en": "80, not 60."}, published_at=NOW)
    page = client.get(f"/statements/{statement.slug}/").content.decode()
    story = page[page.index('id="timeline"') :]
    told = ["A correction was published", "Sent to 1 office", "Published here", "the text changed in substance"]
    places = [story.index(words) for words in told]
    assert places == sorted(places)
