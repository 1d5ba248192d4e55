"""Sealed values, fingerprints, tokens, network hashes."""

import base64
import os
from datetime import UTC, datetime

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured

from accounts.models import User
from privacy import crypto, network, tokens
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint, fingerprint


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def test_a_sealed_value_opens_only_in_its_own_column():
    sealed = crypto.seal(b"secret", purpose="a.b")
    assert b"secret" not in sealed
    assert crypto.unseal(sealed, purpose="a.b") == b"secret"
    with pytest.raises(crypto.Undecryptable):
        crypto.unseal(sealed, purpose="a.c")


def test_an_older_key_still_opens_and_a_lost_one_says_so(settings):
    sealed = crypto.seal(b"secret", purpose="a.b")
    settings.PII_KEYS = [new_key(), *settings.PII_KEYS]
    assert crypto.unseal(sealed, purpose="a.b") == b"secret"
    assert crypto.seal(b"", purpose="a.b")[:4] == crypto.current_key_id() != sealed[:4]
    settings.PII_KEYS = [new_key()]
    with pytest.raises(crypto.Undecryptable, match=r"a\.b"):
        crypto.unseal(sealed, purpose="a.b")


@pytest.mark.parametrize("keys", [[], ["short"], ["not base64 !" * 5]], ids=["none", "short", "broken"])
def test_an_unusable_key_is_named(settings, keys):
    settings.PII_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="PII_KEYS"):
        crypto.seal(b"", purpose="a.b")


def test_a_fingerprint_depends_on_purpose_and_key(settings):
    before = fingerprint("a@b.example", purpose="x")
    assert before != fingerprint("a@b.example", purpose="y")
    assert len(before) == 32
    settings.FINGERPRINT_KEY = new_key()
    assert fingerprint("a@b.example", purpose="x") != before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim.Min.Ji+a@GoogleMail.com", "kimminji@gmail.com"),
        ("kim+news@outlook.com", "KIM@outlook.com"),
        ("kim@me.com", "kim@icloud.com"),
        ("k.im+x@pm.me", "kim@protonmail.com"),
        ("kim-news@yahoo.com", "kim@yahoo.com"),
        ("kim@BÜCHER.example", "kim@xn--bcher-kva.example"),
    ],
)
def test_spellings_of_one_mailbox_share_a_fingerprint(one, other):
    assert canonical(normalize(one)) == canonical(normalize(other))
    assert address_fingerprint(canonical(normalize(one))) == address_fingerprint(canonical(normalize(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("k.im@people.example", "kim@people.example"), ("kim+a@people.example", "kim@people.example")],
)
def test_where_no_rule_is_known_spellings_stay_apart(one, other):
    assert canonical(normalize(one)) != canonical(normalize(other))


@pytest.mark.parametrize(
    "text", ["", "kim", "kim@", "@b.example", "a b@c.example", "a@b@c.example", "k" * 250 + "@b.example"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InvalidAddress):
        normalize(text)


def test_a_token_is_for_one_purpose_row_and_nonce(settings):
    nonce = tokens.new_nonce()
    token = tokens.make("confirm", 42, nonce)
    assert len(token) == 32
    assert tokens.row_ids(token) == [42]
    assert tokens.matches(token, "confirm", 42, nonce)
    for wrong in (("manage", 42, nonce), ("confirm", 43, nonce), ("confirm", 42, tokens.new_nonce())):
        assert not tokens.matches(token, *wrong)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert 42 in tokens.row_ids(token)
    assert tokens.matches(token, "confirm", 42, nonce)
    settings.SECRET_KEY_FALLBACKS = []
    assert not tokens.matches(token, "confirm", 42, nonce)


@pytest.mark.parametrize("token", ["", "x", "A" * 31, "A" * 33, "é" * 32, "A" * 28 + "/+==", "=" * 32])
def test_a_malformed_token_is_nobodys(token):
    assert tokens.row_ids(token) == []
    assert not tokens.matches(token, "confirm", 1, b"")


@pytest.mark.django_db
class TestNetwork:
    @pytest.fixture
    def hash_of(self, rf):
        def hash_of(address, *, day=1, wide=False, **headers):
            request = rf.get("/", REMOTE_ADDR=address, headers=headers)
            return network.network_hash(request, datetime(2026, 1, day, tzinfo=UTC), wide=wide)

        network._key_of.cache_clear()
        yield hash_of
        network._key_of.cache_clear()

    def test_neighbors_share_only_the_wide_hash(self, hash_of):
        assert hash_of("192.0.2.1") != hash_of("192.0.2.2")
        assert hash_of("192.0.2.1", wide=True) == hash_of("192.0.2.200", wide=True)
        assert hash_of("2001:db8:1::1", wide=True) == hash_of("2001:db8:1:ffff::9", wide=True)

    def test_the_next_day_nothing_links_up(self, hash_of):
        assert hash_of("192.0.2.1", day=1) != hash_of("192.0.2.1", day=2)

    def test_a_forwarded_address_counts_only_behind_our_own_proxy(self, hash_of, settings):
        forged = {"X-Forwarded-For": "198.51.100.7"}
        assert hash_of("192.0.2.1", **forged) == hash_of("192.0.2.1")
        settings.TRUSTED_PROXY_COUNT = 1
        assert hash_of("192.0.2.1", **forged) == hash_of("198.51.100.7")
        assert hash_of("192.0.2.1", **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}) == hash_of("198.51.100.7")

    def test_nonsense_is_one_network(self, hash_of):
        assert hash_of("not an address") == hash_of("")


@pytest.mark.django_db
def test_an_encrypted_column_refuses_to_be_searched():
    with pytest.raises(FieldError, match="fingerprint"):
        User.objects.filter(email="a@b.example").exists()
