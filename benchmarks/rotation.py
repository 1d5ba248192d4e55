"""Sealing 100,000 signatures anew; the limit is sealing and opening the same values without a database."""

import time

from django.conf import settings
from django.utils import timezone

from config.environment import new_key
from petitions.models import Signature
from privacy import crypto, rotation
from tests.factories import make_petition

ROWS = 100_000
SEALED_COLUMNS = 4


def rotation_of_keys() -> str:
    petition, now = make_petition(), timezone.now()
    rows = (
        Signature(
            petition=petition,
            name=f"Supporter {number}",
            address=f"c{number}@people.example",
            address_fingerprint=b"r" + number.to_bytes(31),
            language="en",
            created_at=now,
            link_sent_at=now,
        )
        for number in range(ROWS)
    )
    Signature.objects.bulk_create(rows, batch_size=1_000)
    settings.PII_KEYS = [new_key(), *settings.PII_KEYS]
    begun = time.perf_counter()
    for _ in range(ROWS // 10 * SEALED_COLUMNS):
        crypto.unseal(crypto.seal(b"c1234@people.example", purpose="bench"), purpose="bench")
    limit = (time.perf_counter() - begun) * 10
    begun = time.perf_counter()
    done = sum(step.resealed for step in rotation.reseal(batch=500))
    seconds = time.perf_counter() - begun
    assert done >= ROWS
    return (
        f"{'key rotation, 4 columns a row':34} {limit / seconds:5.2f} of the limit   "
        f"limit {ROWS / limit:,.0f} rows/s, measured {done / seconds:,.0f} rows/s"
    )
