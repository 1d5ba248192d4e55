"""What the settings become on a server (docs/asvs.md, chapters 3, 4, 12, 13)."""

import base64
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from config import checks

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *("DEBUG", "MAILBOX", "DEMONSTRATION", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_PRELOAD"),
    *("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME"),
    *("CSRF_COOKIE_NAME", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"),
    *("SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "CSRF_COOKIE_DOMAIN", "CSRF_COOKIE_PATH"),
    *("EMAIL_USE_TLS", "SECURE_PROXY_SSL_HEADER", "PASSWORD_HASHERS", "SESSION_COOKIE_AGE"),
)
PRINT = f"""
import json
from django.conf import settings
from django.urls import Resolver404, resolve
def there(path):
    try: return bool(resolve(path))
    except Resolver404: return False
import django
django.setup()
print(json.dumps({{
    **{{name: getattr(settings, name) for name in {NAMES!r}}},
    "database": {{k: v for k, v in settings.DATABASES["default"]["OPTIONS"].items()}},
    "mailbox": there("/mailbox/"),
}}))
"""


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("server") / "var"


@pytest.fixture(scope="module")
def production(folder):
    """The settings of a process started as a server would be, with nothing of this machine's."""
    given = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "SECRET_KEY": key() + key(),
        "PII_KEYS": key(),
        "FINGERPRINT_KEY": key(),
        "SITE_URL": "https://outcry.example",
        "ALLOWED_HOSTS": "outcry.example",
        "TRUSTED_PROXY_COUNT": "1",
        "DATABASE_URL": "postgres://outcry:password@database.example/outcry?sslmode=verify-full",
        "REDIS_URL": "redis://redis.example:6379/0",
        "EMAIL_URL": "smtp+tls://outcry:password@mail.example:587",
    }
    done = subprocess.run(
        [sys.executable, "-c", PRINT], env=given, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_nothing_for_developers_is_there(production):
    assert not production["DEBUG"]
    assert not production["MAILBOX"]
    assert not production["mailbox"]
    assert not production["DEMONSTRATION"]


def test_cookies_travel_encrypted_and_belong_to_this_host_alone(production):
    for kind in ("SESSION", "CSRF"):
        assert production[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert production[f"{kind}_COOKIE_SECURE"]
        assert production[f"{kind}_COOKIE_HTTPONLY"]
        assert production[f"{kind}_COOKIE_DOMAIN"] is None  # what the prefix asks for
        assert production[f"{kind}_COOKIE_PATH"] == "/"
    assert production["SESSION_COOKIE_SAMESITE"] in {"Lax", "Strict"}
    assert production["SESSION_COOKIE_AGE"] <= 8 * 3600


def test_browsers_are_told_to_come_back_encrypted_only(production):
    assert production["SECURE_SSL_REDIRECT"]
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert production["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_every_encrypted_answer_carries_hsts_and_probes_are_not_sent_elsewhere(settings, db):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    client = Client()
    for path in ("/", "/nothing-here/", "/admin/login/", "/healthz"):
        answer = client.get(path, secure=True)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains"), path
    assert client.get("/petitions/")["Location"] == "https://testserver/petitions/"
    assert client.get("/healthz").status_code == 200  # asked by the machine beside it, in clear


def test_what_the_database_url_says_of_tls_is_kept(production):
    assert production["database"]["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, set()),
        ({"REDIS_URL": "redis://redis.example:6379/0"}, {"REDIS_URL"}),
        ({"REDIS_URL": "rediss://redis.example:6379/0"}, {"REDIS_URL"}),  # Celery would take any certificate
        ({"REDIS_URL": "redis://127.0.0.1:6379/0"}, set()),
        ({"EMAIL_USE_TLS": False}, {"EMAIL_URL"}),
        ({"EMAIL_USE_TLS": False, "EMAIL_HOST": "localhost"}, set()),
        ({"sslmode": "require"}, {"DATABASE_URL"}),  # encrypted, for whoever answers
        ({"sslmode": None}, {"DATABASE_URL"}),
        ({"sslmode": None, "HOST": "/run/postgresql"}, set()),
    ],
)
def test_a_connection_in_clear_is_named_before_deploying(settings, monkeypatch, changed, named):
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": changed.get("HOST", "database.example"),
        "OPTIONS": {"sslmode": changed.get("sslmode", "verify-full")},
    }
    server = SimpleNamespace(
        DATABASES={"default": database},
        REDIS_URL=changed.get("REDIS_URL", "rediss://redis.example:6379/0?ssl_cert_reqs=required"),
        EMAIL_URL="smtp://mail.example",
        EMAIL_HOST=changed.get("EMAIL_HOST", "mail.example"),
        EMAIL_USE_TLS=changed.get("EMAIL_USE_TLS", True),
        EMAIL_USE_SSL=False,
    )
    monkeypatch.setattr("config.connections.settings", server)
    settings.DEBUG = False
    assert {message.msg.split()[0] for message in checks.servers_are_reached_safely(None)} == named
    settings.DEBUG = True
    assert checks.servers_are_reached_safely(None) == []


def test_mail_is_handed_over_encrypted_when_the_url_says_so(production):
    assert production["EMAIL_USE_TLS"]


def test_passwords_are_hashed_with_argon2(production):
    assert production["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


def test_the_data_folder_is_its_owners_alone(production, folder):
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PII_KEYS", "FINGERPRINT_KEY"])
def test_it_does_not_start_without_its_keys(missing, tmp_path):
    keys = {"SECRET_KEY": key(), "PII_KEYS": key(), "FINGERPRINT_KEY": key()}
    given = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(tmp_path),
    }
    line = [sys.executable, "-c", "from django.conf import settings; settings.SECRET_KEY"]
    with_all = subprocess.run(line, env=given | keys, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert with_all.returncode == 0, with_all.stderr
    keys.pop(missing)
    without = subprocess.run(line, env=given | keys, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert without.returncode != 0
    assert missing in without.stderr
