"""Bringing everything under a new key: nothing is lost, whoever kills or writes in between."""

import os
import signal
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.environment import new_key
from petitions.models import Signature
from privacy import crypto, keys, rotation
from privacy.sealed import count_by_key, query, sealed_tables
from tests.conftest import LONG, only_long
from tests.factories import NOW, make_petition
from tests.servers import REPOSITORY, with_database
from tests.test_parallel import at_once

ROWS = 100_000 if LONG else 3_000


def make_signatures(count):
    petition = make_petition()
    Signature.objects.bulk_create(
        (
            Signature(
                petition=petition,
                name=f"김민지 {number}",
                address=f"p{number}@people.example",
                address_fingerprint=number.to_bytes(32),
                comment="" if number % 2 else f"comment {number}",
                language="en",
                created_at=NOW,
                link_sent_at=NOW,
            )
            for number in range(count)
        ),
        batch_size=500,
    )


@pytest.fixture
def old_key(settings):
    """Rows are written under this one; afterwards a newer one stands before it."""
    settings.PII_KEYS = [new_key()]
    return settings.PII_KEYS[0]


@pytest.fixture
def rotate(settings):
    """Put a new key before the old one and seal everything anew."""

    def rotate(**options):
        said, complaints = StringIO(), StringIO()
        try:
            call_command("rotate_pii_keys", stdout=said, stderr=complaints, **options)
        except CommandError as exc:
            return said.getvalue(), complaints.getvalue() + str(exc)
        return said.getvalue(), complaints.getvalue()

    return rotate


@pytest.mark.django_db(transaction=True)
class TestKilled:
    @pytest.fixture
    def begin(self, settings):
        """Start the command as a process; `kill_after(n)` kills it when it has said n lines about signatures."""
        name = connection.settings_dict["NAME"]
        environment = os.environ | {
            "PII_KEYS": ",".join(settings.PII_KEYS),
            "DEBUG": "1",
            "DATABASE_URL": (
                f"sqlite:///{name}"
                if connection.vendor == "sqlite"
                else with_database(os.environ["DATABASE_URL"], name)
            ),
        }

        def begin(new, *, lines, how):
            environment["PII_KEYS"] = f"{new},{settings.PII_KEYS[-1]}"
            process = subprocess.Popen(
                [sys.executable, "manage.py", "rotate_pii_keys", "--batch", str(max(ROWS // 100, 1))],
                cwd=REPOSITORY,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            seen = 0
            assert process.stdout is not None
            for line in process.stdout:
                seen += line.startswith("petitions.Signature:")
                if seen == lines:
                    process.send_signal(how)
                    break
            rest = process.stdout.read()
            process.stdout.close()
            return process.wait(), rest

        return begin

    def test_killed_it_loses_nothing_and_leaves_nothing_under_the_old_key(self, old_key, begin, settings):
        make_signatures(ROWS)
        new, waiting = new_key(), [ROWS]
        for _ in range(2 if LONG else 1):  # each start costs a second of CPU
            code, _rest = begin(new, lines=20, how=signal.SIGKILL)
            assert code == -signal.SIGKILL
            settings.PII_KEYS = [new, old_key]
            [table] = [table for table in sealed_tables() if table.model is Signature]
            waiting.append(rotation.waiting(table))
            assert Signature.objects.count() == ROWS
        assert waiting == sorted({*waiting}, reverse=True)
        assert waiting[-1] > 0  # each time it was in the middle
        code, rest = begin(new, lines=0, how=signal.SIGCONT)
        assert (code, "Done: everything is under the newest key." in rest) == (0, True)
        settings.PII_KEYS = [new]
        assert set(count_by_key()) == {crypto.current_key_id()}
        names = set(Signature.objects.values_list("name", "address", "comment"))
        assert names == {
            (f"김민지 {number}", f"p{number}@people.example", "" if number % 2 else f"comment {number}")
            for number in range(ROWS)
        }

    @only_long
    def test_asked_to_end_it_ends_between_two_batches_and_says_how_to_go_on(self, old_key, begin, settings):
        make_signatures(500)
        code, rest = begin(new_key(), lines=1, how=signal.SIGTERM)
        assert code == 3
        assert "Stopped between two batches. Run it again to go on." in rest

    def test_two_at_once_seal_each_row_once(self, old_key, settings):
        make_signatures(400)
        settings.PII_KEYS = [new_key(), old_key]
        results = at_once(lambda _: sum(step.resealed for step in rotation.reseal(batch=20)), range(8))
        assert all(isinstance(result, int) for result in results), results
        assert sum(results) == 401  # and the author
        assert set(count_by_key()) == {crypto.current_key_id()}


@pytest.mark.django_db
class TestRows:
    def test_a_change_made_meanwhile_stays(self, old_key, settings):
        make_signatures(2)
        settings.PII_KEYS = [new_key(), old_key]
        [table] = [table for table in sealed_tables() if table.model is Signature]
        columns = ", ".join([table.sql_key, *table.sql_columns])
        rows = query(f"SELECT {columns} FROM {table.sql_name}")  # noqa: S608
        changed = Signature.objects.order_by("pk")[0]
        Signature.objects.filter(pk=changed.pk).update(comment="written meanwhile")
        assert rotation._reseal_rows(table, rows).resealed == 1
        assert rotation.waiting(table) == 1
        list(rotation.reseal(batch=10))
        changed.refresh_from_db()
        assert (changed.comment, changed.name) == ("written meanwhile", "김민지 0")
        assert rotation.waiting(table) == 0

    def test_a_value_that_no_key_opens_is_named_and_the_others_go_on(self, old_key, settings, rotate):
        make_signatures(20)
        spoilt = Signature.objects.order_by("pk")[5].pk
        settings.PII_KEYS = [new_key()]
        foreign = crypto.seal(b"x", purpose="petitions_signature.name")
        settings.PII_KEYS = [new_key(), old_key]
        keys.check_keys(now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE petitions_signature SET name = %s WHERE id = %s", [foreign[:4] + foreign, spoilt])
        said, complaints = rotate(batch=3)
        assert complaints.splitlines() == [
            f"No key in PII_KEYS opens petitions.Signature {spoilt} (name).",
            "1 values could not be read; everything else is under the newest key.",
        ]
        assert set(count_by_key()) == {crypto.current_key_id(), foreign[:4]}
        assert f"key {keys.crypto.key_ids()[1].hex()} any more" in said

    def test_a_dry_run_names_every_encrypted_column_and_changes_nothing(self, old_key, settings, rotate):
        make_signatures(3)
        settings.PII_KEYS = [new_key(), old_key]
        before = count_by_key()
        said, complaints = rotate(dry_run=True)
        assert "petitions.Signature (name, address, comment, alias): 3 rows wait" in said
        assert "outbox.Email (payload): 0 rows wait" in said
        assert (complaints, count_by_key()) == ("", before)

    def test_with_one_key_there_is_nothing_to_do(self, old_key, rotate):
        make_signatures(3)
        said, complaints = rotate()
        assert (said.splitlines()[-1], complaints) == ("Done: everything is under the newest key.", "")

    def test_no_batch_is_too_small_to_be_refused_in_words(self, old_key, rotate):
        assert rotate(batch=0)[1] == "--batch must be at least 1."
