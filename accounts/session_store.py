"""Sessions as rows that are of no use to whoever reads the table: of the key a hash, what is in it sealed."""

import base64
import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from privacy import crypto

PURPOSE = "django_session.session_data"
KEY_LENGTH = 40  # characters of the column


def row_key(session_key: str) -> str:
    """What stands in the row for the key in the cookie: 240 bits of SHA-256; the key itself has more than 160."""
    return base64.urlsafe_b64encode(hashlib.sha256(session_key.encode()).digest()).decode()[:KEY_LENGTH]


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with another spelling of both columns. It has no asynchronous half."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = self.serializer().dumps(session_dict)
        return base64.b64encode(crypto.seal(plain, purpose=PURPOSE)).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """An empty session when the key that sealed it is gone: the person signs in again."""
        try:
            plain = crypto.unseal(base64.b64decode(session_data), purpose=PURPOSE)
        except (crypto.Undecryptable, ValueError):
            return {}
        content: dict[str, Any] = self.serializer().loads(plain)
        return content

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        row = (
            self.model.objects.filter(session_key=row_key(key), expire_date__gt=timezone.now()).first() if key else None
        )
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(row_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key is not None:
            super().delete(row_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = row_key(row.session_key)
        return row
