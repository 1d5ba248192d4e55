"""The first `.env` of a fresh checkout: random keys, readable by its owner only."""

import base64
import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def file() -> Path:
    """Where the environment file stands: ENV_FILE, or `.env` beside manage.py."""
    return Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))


def write_first() -> bool:
    """Write the environment file with new keys unless it is there; True when it was written."""
    path = file()
    lines = [
        "# Written once by `manage.py setup`. Losing PII_KEYS or FINGERPRINT_KEY loses what they protect: keep a copy.",
        f"SECRET_KEY={secrets.token_urlsafe(50)}",
        f"PII_KEYS={new_key()}",
        f"FINGERPRINT_KEY={new_key()}",
        "DEBUG=1",
        "RELEASE_COOLING_OFF=30",  # seconds: whoever looks at the demonstration sees the letters leave
    ]
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as stream:
        stream.write("\n".join(lines) + "\n")
    return True


def new_key() -> str:
    """32 random bytes, URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
