"""Files that go along with the letters of a release, each in the kind that its office may have.

`Release.enclosures` holds {"trusted": [...], "hostile": [...]}, lists of {"name", "digest", "size", "language"}: what
an office gets, and what one that is marked hostile gets; a file with a language goes with letters in it. The room that
asked for the release keeps the bytes; it registers here how to read them. What leaves is compared with the digest that
stands in the letter.
"""

import hashlib
import mimetypes
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from letters.exceptions import LettersError
from letters.models import Letter, Recipient, Release

Read = Callable[[str, str], bytes]  # (what the release is about, name of the file) to its bytes
MOST_BYTES = 10_000_000  # of all that goes along with one e-mail

_readers: dict[str, Read] = {}


def register(prefix: str, read: Read) -> None:
    """Say who keeps the files of releases whose `about` begins so; once, from an app's `ready()`."""
    _readers[prefix] = read


def of(release: Release, recipient: Recipient, language: str) -> list[dict[str, Any]]:
    """The files that go to this office with a letter in this language.

    Those with names go to nobody who is marked hostile, or who bears the duty.
    """
    is_trusted = not recipient.is_hostile and recipient.role != Recipient.Role.DUTY_BEARER
    files = release.enclosures.get("trusted" if is_trusted else "hostile", [])
    spoken = {row["language"] for row in files if row["language"]}
    wanted = language if language in spoken else "en"
    return [row for row in files if row["language"] in {"", wanted}]


def enclosed(copy: dict[str, Any], release: Release, recipient: Recipient) -> dict[str, Any]:
    """The copy with its files named under the words of the letter, each with its digest; unchanged without any.

    Call it in the language of the copy.
    """
    files = of(release, recipient, copy["language"])
    if not files:
        return copy
    lines = [_("Enclosed, each with the SHA-256 digest of its bytes:")]
    lines += [f"- {row['name']}: `{row['digest']}`" for row in files]
    heading = {} if release.signatories.get("en") else {"signatories_heading": ""}
    return copy | heading | {"body": copy["body"] + "\n\n" + lines[0] + "\n\n" + "\n".join(lines[1:]), "files": files}


def read(letter: Letter) -> list[tuple[str, bytes, str]]:
    """(name, bytes, media type) of each file of a frozen copy. Raises LettersError when one is not what was named."""
    found = []
    for row in letter.copy.get("files", []):
        content = read_one(letter.release.about, row["name"])
        if hashlib.sha256(content).hexdigest() != row["digest"]:
            raise LettersError(_("The file %s is not the one that the letter names.") % row["name"])
        found.append((row["name"], content, mimetypes.guess_type(row["name"])[0] or "application/octet-stream"))
    return found


def read_one(about: str, name: str) -> bytes:
    prefix = about.partition(":")[0]
    if prefix not in _readers:
        raise LettersError(_("Nobody keeps the files of this letter."))
    return _readers[prefix](about, name)
