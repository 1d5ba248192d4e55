"""Settings, all from the environment; `.env.example` lists and explains every variable."""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment

BASE_DIR = environment.BASE_DIR
env = environ.Env()
env.read_env(environment.file())

# --- Keys -----------------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PII_KEYS = env.list("PII_KEYS")  # newest first
FINGERPRINT_KEY = env("FINGERPRINT_KEY")  # never rotated: every stored fingerprint hangs on it

# --- Where we are ---------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
HOST = env("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SITE_URL = env("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)  # the SQLite file and the mail of a demonstration lie there

INSTALLED_APPS = [
    "config",
    "desk.apps.DeskConfig",
    "desk.apps.DeskAdminConfig",
    "pages",
    "demo",
    "petitions",
    "statements",
    "letters",
    "campaigns",
    "outbox",
    "accounts.apps.AccountsConfig",
    "privacy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "django_countries",
    "django_object_actions",
]

MIDDLEWARE = [
    "config.middleware.FrontDoorMiddleware",
    "pages.cache.PageCacheMiddleware",  # a cached page costs nothing that follows
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.PathLanguageMiddleware",
    "config.middleware.ReadableRequestMiddleware",  # before anything reads the query or the form
    "config.middleware.OwnNotFoundMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.read_only.ReadOnlyMiddleware",  # before the check of tokens, which a public form has none of
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "desk.middleware.StaffLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our own accessible field group, templates/django/forms/

# --- Database, cache, broker ----------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'outcry.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # the lock that select_for_update is elsewhere
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),  # what the URL says after "?": sslmode, sslrootcert
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8)},
    }
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)  # PostgreSQL keeps the plans of privacy.prepared
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
WEB_WORKERS = env.int("WEB_WORKERS", default=2 if REDIS_URL else 1)
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "config.cache.FailOpenRedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Mail -----------------------------------------------------------------------------------------
# Everything goes through the outbox: django.core.mail queues a row, the worker sends it over EMAIL_URL.
EMAIL_BACKEND = "outbox.backends.QueueBackend"
EMAIL_URL = env("EMAIL_URL", default="")
OUTBOX_TRANSPORT = "outbox.transport.SmtpTransport" if EMAIL_URL else "outbox.transport.FileTransport"
if EMAIL_URL:
    vars().update({k: v for k, v in env.email_url("EMAIL_URL").items() if k != "EMAIL_BACKEND"})
EMAIL_TIMEOUT = 20
MAIL_LEASE = timedelta(seconds=env.int("MAIL_LEASE", default=120))  # longer than one message takes
# Connections to the mail server that one process keeps busy. Fewer than it has threads: while all of them sent mail,
# nobody would count signatures.
MAIL_LINES = max(env.int("MAIL_LINES", default=2), 1)
MAIL_MAX_BYTES = env.int("MAIL_MAX_BYTES", default=10_000_000)  # of one message as it travels; many servers take 10 MB
MAIL_DIR = VAR_DIR / "mail"
MAILBOX = DEBUG and not EMAIL_URL  # /mailbox/ shows what was written there
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Outcry <post@coalition.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")  # envelope sender; empty: the address of DEFAULT_FROM_EMAIL
MAIL_DOMAIN = env("MAIL_DOMAIN", default="coalition.example")
DKIM_SELECTOR = env("DKIM_SELECTOR", default="")
DNS_SERVERS = env.list("DNS_SERVERS", default=[])  # for the check of the mail domain; empty: the system's
# Secrets of the providers that may report at /webhooks/mail/<provider>/; one without its secret is not answered.
ANYMAIL = {
    "WEBHOOK_SECRET": env.list("MAIL_WEBHOOK_SECRET", default=[]),  # "name:password" for Brevo and Postmark
    "MAILGUN_WEBHOOK_SIGNING_KEY": env("MAILGUN_WEBHOOK_SIGNING_KEY", default=""),
    "MAILERSEND_SIGNING_SECRET": env("MAILERSEND_SIGNING_SECRET", default=""),
    "MAILERSEND_INBOUND_SECRET": env("MAILERSEND_INBOUND_SECRET", default=""),
}
# Answers to letters go to "reply+<token>@…", one address a letter; empty: to the address of DEFAULT_FROM_EMAIL.
REPLY_ADDRESS = env("REPLY_ADDRESS", default=f"reply@{MAIL_DOMAIN}" if MAILBOX else "")
ALLOWED_MAIL_DOMAINS = env.list("ALLOWED_MAIL_DOMAINS", default=["example"])

# --- Accounts -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AddressBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [  # length and no common one; any characters, digits alone too
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ForeseeableValidator", "OPTIONS": {"min_length": 12}},
]
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEBUG)  # no member of staff comes in without one
LOGIN_URL = "statements:delegate-home"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SESSION_ENGINE = "accounts.session_store"  # of no use to whoever reads the table
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
AUDIT_STRICT = env.bool("AUDIT_STRICT", default=DEBUG)  # personal data in an audit line fails instead of being withheld
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique through its fingerprint, not in clear

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Asia/Seoul")
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
COUNTRIES_OVERRIDE = {"KP": _("North Korea"), "KR": _("South Korea")}

# --- Static files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env("STATICFILES_BACKEND", default="config.static_files.StaticFilesStorage")},
}

# --- Headers --------------------------------------------------------------------------------------
# In this order, in every process; config.headers writes it. What is not named falls back to default-src. Not
# require-trusted-types-for: the jQuery of Django's admin sets innerHTML while it loads, and every form breaks.
CONTENT_SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "worker-src": ["'self'"],  # the proof of work before signing
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"  # under no-referrer browsers post "Origin: null"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site reads our files
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would carry names
if SITE_URL.startswith("https://"):
    CONTENT_SECURITY_POLICY["upgrade-insecure-requests"] = []
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"  # browsers refuse it from another host, path or without TLS
    CSRF_COOKIE_NAME = "__Host-csrf"
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])  # in /.well-known/security.txt
SECURITY_POLICY_URL = env("SECURITY_POLICY_URL", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # a 1 MB answer still gets its sentence beside the field
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # an admin list of 1,000 rows with a checkbox each

# --- The product ----------------------------------------------------------------------------------
NEWS_WINDOW = timedelta(seconds=env.int("NEWS_WINDOW", default=86_400))
RELEASE_COOLING_OFF = timedelta(seconds=env.int("RELEASE_COOLING_OFF", default=600))
FOLLOW_UP_DAYS = env.list("FOLLOW_UP_DAYS", cast=int, default=[14, 30, 60, 90])  # of silence; a release may have others
CONFIRMATION_LIFETIME = timedelta(days=7)
CONFIRMATION_GRACE = timedelta(hours=24)  # after a petition closed
CHALLENGE_WAIT = timedelta(seconds=env.int("CHALLENGE_WAIT", default=30))  # for who sends no proof of work
DECIDE_AFTER = timedelta(days=1)  # after an administrator has let somebody in anew, see User.may_decide()
SIGN_IN_CODE_LIFETIME = timedelta(minutes=10)
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=5)
UPDATE_MAILS_PER_MINUTE = env.int("UPDATE_MAILS_PER_MINUTE", default=500)  # news of petitions, spread over time
COUNT_INTERVAL = env.int("COUNT_INTERVAL", default=3)  # seconds between two runs of the tally
DJANGO_OBJECT_ACTIONS_DEFAULT_HTTP_METHOD = "POST"

DEMONSTRATION = env.bool("DEMONSTRATION", default=DEBUG)  # `manage.py setup` loads it into an empty database

METRICS_TOKEN = env("METRICS_TOKEN", default="")  # what a monitoring server shows at /metrics; empty: nobody reads it

# --- Logs -----------------------------------------------------------------------------------------
LOG_LEVEL = env("LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.RedactingFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "accounts.audit": {"level": "INFO"},  # each day's head of the chain, for whoever keeps the log
        # These bring handlers of their own, which would write what was not redacted: everything goes through the root.
        **{
            name: {"handlers": [], "level": LOG_LEVEL, "propagate": True}
            for name in ("django", "django.server", "_granian", "granian.access")
        },
        "django.db.backends": {"level": "INFO"},  # at DEBUG each query with its values
    },
}

if DEBUG and EMAIL_URL and "localhost" not in ALLOWED_HOSTS:
    raise ImproperlyConfigured("DEBUG is on while EMAIL_URL names a mail server and the site has a public host name.")
