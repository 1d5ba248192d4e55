"""What identifies the words of a petition on paper and in pictures."""

import hashlib
import unicodedata

from petitions.models import PetitionText


def text_digest(text: PetitionText) -> str:
    """SHA-256, in hex, over `outcry petition 1`, language, title, summary and body, each on lines of its own.

    In NFC, line feeds only, no blanks at the ends: whoever has the words can reckon it again.
    """
    parts = ["outcry petition 1", text.language, text.title, text.summary, text.body]
    plain = [unicodedata.normalize("NFC", part).replace("\r\n", "\n").strip() for part in parts]
    return hashlib.sha256(("\n\n".join(plain) + "\n").encode()).hexdigest()
