"""A prepared query answers as the QuerySet does that it was written from."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection
from django.db.models import CharField, F, Value

from outbox.models import Email, Refusal
from petitions.models import Petition
from privacy.prepared import Prepared, PreparedUpdate, in_one_commit
from tests.factories import NOW, make_petition

pytestmark = pytest.mark.django_db


def test_it_finds_rows_by_the_values_of_each_call_and_converts_them():
    made = [make_petition(opens_at=NOW), make_petition()]
    by_slug = Prepared(lambda slug: Petition.objects.public().filter(slug=slug).order_by(), slug=str)
    for petition in made:
        [found] = by_slug.objects(slug=petition.slug)
        assert found == petition
        assert found.opens_at == petition.opens_at
        assert (found.duty_of_care, found.state) == (False, "open")
        found.goal = 7
        found.save(update_fields=["goal"])  # a row like any other
    assert by_slug.objects(slug="' OR 1=1 --") == []


def test_it_writes_unions_and_bytes_and_leaves_out_what_is_deferred():
    Refusal.objects.create(to_fingerprint=b"\x01" * 32, about="petition:1", at=NOW)
    mails = Prepared(
        lambda who, about: (
            Email.objects.filter(to_fingerprint=who)
            .values_list("created_at", "key")
            .union(
                Refusal.objects.filter(to_fingerprint=who, about=about).values_list(
                    "at", Value("refused", output_field=CharField())
                ),
                all=True,
            )
        ),
        who=bytes,
        about=str,
    )
    assert mails.rows(who=b"\x01" * 32, about="petition:1") == [(NOW, "refused")]
    assert mails.rows(who=b"\x02" * 32, about="petition:1") == []
    petition = make_petition()
    titles = Prepared(lambda pk: Petition.objects.filter(pk=pk).only("slug"), pk=int)
    [found] = titles.objects(pk=petition.pk)
    assert found.get_deferred_fields() >= {"state", "goal"}
    assert found.goal == petition.goal


def test_a_stand_in_that_the_query_does_not_ask_for_is_a_mistake_that_shows():
    with pytest.raises(AssertionError, match="parameter"):
        Prepared(lambda slug, other: Petition.objects.filter(slug=slug), slug=str, other=str).rows(slug="a", other="b")


def test_an_update_writes_what_each_call_says_and_tells_how_many_rows_there_were():
    claims = [uuid4(), uuid4()]
    for claim in claims:
        Email.objects.create(
            kind="tests", key=str(claim), to_fingerprint=b"", due_at=NOW, created_at=NOW, claimed_by=claim
        )
    take = PreparedUpdate(
        lambda claim, now, about: (
            Email.objects.filter(claimed_by=claim, about=""),
            {"about": about, "lease_until": now, "attempts": F("attempts") + 1, "claimed_by": None},
        ),
        claim=UUID,
        now=datetime,
        about=str,
    )
    for number, claim in enumerate(claims):
        at, about = NOW + timedelta(microseconds=number + 1), f"'{number}\\ %s"
        assert take.run(claim=claim, now=at, about=about) == 1
        assert take.run(claim=claim, now=at, about="again") == 0
        row = Email.objects.get(key=str(claim))
        assert (row.about, row.lease_until, row.attempts, row.claimed_by) == (about, at, 1, None)


@pytest.mark.django_db(transaction=True)
def test_two_updates_in_one_commit_are_written_both_or_neither():
    petitions = [make_petition(goal=10), make_petition(goal=20)]
    set_goal = PreparedUpdate(lambda pk, goal: (Petition.objects.filter(pk=pk), {"goal": goal}), pk=int, goal=int)

    def goals():
        return [Petition.objects.get(pk=petition.pk).goal for petition in petitions]

    first, second = ({"pk": petition.pk, "goal": 30} for petition in petitions)
    assert in_one_commit((set_goal, first), (set_goal, second), (set_goal, {"pk": 0, "goal": 40})) == [1, 1, 0]
    assert goals() == [30, 30]
    with pytest.raises(DatabaseError):
        in_one_commit((set_goal, first | {"goal": 50}), (set_goal, second | {"goal": -1}))
    assert goals() == [30, 30]
    assert in_one_commit((set_goal, first | {"goal": 60})) == [1]
    assert goals() == [60, 30]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are kept by PostgreSQL")
def test_the_server_keeps_its_plan_and_nothing_else_unless_connections_are_lent(settings):
    by_slug = Prepared(lambda slug: Petition.objects.filter(slug=slug), slug=str)

    def plans():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            return cursor.fetchone()[0]

    before = plans()
    by_slug.rows(slug="a")
    by_slug.rows(slug="b")
    assert plans() == before + 1
    Petition.objects.filter(slug="c").exists()
    assert connection.connection.prepare_threshold is None, "of other statements psycopg remembers nothing"
    settings.DATABASE_PREPARES = False
    Prepared(lambda pk: Petition.objects.filter(pk=pk), pk=int).rows(pk=1)
    assert plans() == before + 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are kept by PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_plan_of_before_a_migration_is_made_anew():
    Refusal.objects.create(to_fingerprint=b"\x01" * 32, about="petition:1", at=NOW)
    of_about = Prepared(lambda about: Refusal.objects.filter(about=about).values_list("about"), about=str)
    assert of_about.rows(about="petition:1") == [("petition:1",)]

    def change(kind):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE outbox_refusal ALTER COLUMN about TYPE {kind}")

    change("text")
    try:
        assert of_about.rows(about="petition:1") == [("petition:1",)]
    finally:
        change("varchar(60)")
    assert of_about.rows(about="petition:1") == [("petition:1",)]
