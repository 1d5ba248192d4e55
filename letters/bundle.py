"""The ledger of one text as a ZIP: what was sent to whom, with what evidence, and what came back, checkable by anybody.

The same rows give the same bytes: nothing says when it was built, and nothing is compressed. It is written entry by
entry, so that ten thousand letters need the memory of one.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from letters.copies import canonical_copy
from letters.exceptions import LettersError
from letters.models import Letter, Proof, Release
from letters.sheets import copy_pdf, demonstration_notice
from outbox.exceptions import in_words

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP knows
README = """{notice}LEDGER OF LETTERS · 서한 발송 기록

Text: {title}
About: {about}
SHA-256 of the text: {digest}

What this is. Every letter that was written about this text: the exact copy, the envelope, who decided on it and when,
what the mail server answered, what was proved of a delivery by hand, and what came back.

How to check it. In this folder, type:  sha256sum -c SHA256SUMS
- text/ holds the text. The SHA-256 of its canonical form is the digest above, which its public page and every letter
  name.
- letters/<reference>/copy.json is the copy. Its SHA-256 is "copy_digest" in evidence.json, which was fixed when the
  letter was released. letter.pdf is the sheet; "pdf_digest_as_sent" is that of the file which left.
- letters/<reference>/evidence.json also names each file that proves a delivery, by its SHA-256{proofs}.
- releases/ says who asked and who approved, by the numbers that the coalition's audit uses. They are two people.

What it proves. Whoever has noted the SHA-256 of SHA256SUMS can see later whether anything was changed, added or left
out. It does not prove that an office read a letter. Of replies that are private it holds the digest only{private}.

──────────

이 묶음은 무엇입니까. 이 글에 관하여 쓴 모든 서한의 기록입니다. 보낸 그대로의 사본, 봉투, 누가 언제 결정하였는지,
메일 서버의 답, 직접 전달한 경우의 증빙, 그리고 돌아온 답변이 들어 있습니다.

어떻게 확인합니까. 이 폴더에서 다음을 입력합니다:  sha256sum -c SHA256SUMS
- text/ 에는 글이 있습니다. 정식 형태의 SHA-256 값이 위의 값과 같아야 하며, 글의 공개 페이지와 모든 서한에
  같은 값이 적혀 있습니다.
- letters/<문서 번호>/copy.json 은 서한의 사본입니다. 그 SHA-256 값은 발송이 승인될 때 정해진 evidence.json 의
  “copy_digest”와 같습니다. letter.pdf 는 인쇄된 형태이고, “pdf_digest_as_sent”는 실제로 나간 파일의 값입니다.
- letters/<문서 번호>/evidence.json 에는 전달을 증명하는 파일도 SHA-256 값으로 적혀 있습니다{proofs_ko}.
- releases/ 에는 요청한 사람과 승인한 사람이 감사 기록의 번호로 적혀 있습니다. 두 사람은 서로 다릅니다.

무엇을 증명합니까. SHA256SUMS 의 SHA-256 값을 적어 두면, 나중에 바뀌거나 더해지거나 빠진 것이 있는지 누구나
확인할 수 있습니다. 기관이 서한을 읽었다는 증명은 아닙니다. 비공개 답변은 해시값만 들어 있습니다{private_ko}.
"""

PRIVATE = {
    "en": "; this copy was made for somebody\nwho may read them, and holds their words",
    "ko": ". 다만 이 묶음은 열람 권한이 있는 사람을\n위한 것이어서 그 내용도 들어 있습니다",
}

PROOFS = {
    "en": "; this copy\n  was made for somebody who may see them, and holds them in letters/<reference>/proofs/",
    "ko": ". 이 묶음은 열람 권한이\n  있는 사람을 위한 것이어서 letters/<문서 번호>/proofs/ 에 그 파일도 들어 있습니다",
}

# A room above registers how its texts become files: {"statement": function(about) -> [(name, bytes), …]}.
Texts = Callable[[str], Iterable[tuple[str, bytes]]]
_texts: dict[str, Texts] = {}


def register_texts(kind: str, texts: Texts) -> None:
    """Say what text/ holds for releases about "<kind>:…"; once, from an app's `ready()`."""
    _texts[kind] = texts


@dataclass(frozen=True)
class Bundle:
    """Which letters: those about one digest.

    `with_private`: private replies in words, for who may read them. `with_proofs`: the files that prove deliveries,
    for who may see them. Without, each stands there as its digest.
    """

    digest: str
    with_private: bool = False
    with_proofs: bool = False

    @property
    def name(self) -> str:
        return f"ledger-{self.digest[:16]}.zip"

    def check(self) -> None:
        """Raise LettersError where nothing was ever released."""
        if not Release.objects.filter(text_digest=self.digest).exists():
            raise LettersError(_("No letters were released about this text."))

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the ZIP, a piece at a time."""
        sink = _Sink()
        sums: list[str] = []
        # Written to, never read: typeshed asks for a whole file.
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
            for name, content in self._files():
                sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
                _add(archive, name, content)
                yield sink.taken()
            _add(archive, "SHA256SUMS", "".join(sums).encode())
            yield sink.taken()
        yield sink.taken()

    def _files(self) -> Iterator[tuple[str, bytes]]:
        releases = list(Release.objects.filter(text_digest=self.digest).order_by("pk"))
        first = releases[0]
        yield "README.txt", self._readme(first).encode()
        texts = _texts.get(first.about.partition(":")[0])
        for name, content in sorted(texts(first.about)) if texts else []:
            yield f"text/{name}", content
        for release in releases:
            yield f"releases/{release.pk}.json", _json(_release(release))
        letters = Letter.objects.filter(text_digest=self.digest).with_progress().order_by("reference", "pk")
        joined = letters.select_related("release", "email", "dispatch", "recipient")
        proofs = Prefetch("proofs", Proof.objects.defer("content"))  # megabytes each: one at a time
        beside = ("replies", "email__events", "failed_ways", proofs)
        for letter in joined.prefetch_related(*beside).iterator(chunk_size=50):
            yield from self._letter(letter)

    def _readme(self, release: Release) -> str:
        notice = demonstration_notice("en")
        korean = demonstration_notice("ko")
        return README.format(
            notice=f"{notice}\n{korean}\n\n" if notice else "",
            title=release.title,
            about=release.about,
            digest=release.text_digest,
            private=PRIVATE["en"] if self.with_private else "",
            private_ko=PRIVATE["ko"] if self.with_private else "",
            proofs=PROOFS["en"] if self.with_proofs else "",
            proofs_ko=PROOFS["ko"] if self.with_proofs else "",
        )

    def _letter(self, letter: Any) -> Iterator[tuple[str, bytes]]:
        # Two letters to one office bear one reference where the first never left.
        folder = f"letters/{letter.reference}-{letter.pk}"
        pdf = copy_pdf(letter.copy, letter.release)
        yield f"{folder}/copy.json", canonical_copy(letter.copy)
        yield f"{folder}/letter.pdf", pdf
        yield f"{folder}/envelope.txt", "".join(f"{line}\n" for line in _envelope(letter)).encode()
        yield f"{folder}/evidence.json", _json(_evidence(letter, pdf))
        for proof in letter.proofs.all() if self.with_proofs else []:
            content = Proof.objects.values_list("content", flat=True).get(pk=proof.pk)  # and not kept with the others
            yield f"{folder}/proofs/{proof.file_name}", bytes(content)
        for number, reply in enumerate(letter.replies.all(), start=1):
            yield f"{folder}/replies/{number}.json", _json(self._reply(reply))

    def _reply(self, reply: Any) -> dict[str, Any]:
        said = {
            "kind": reply.kind,
            "received_on": reply.received_on.isoformat(),
            "received_at": _moment(reply.received_at),
            "visibility": reply.visibility,
            "text_digest": hashlib.sha256(reply.text.encode()).hexdigest() if reply.text else "",
        }
        if reply.visibility != reply.Visibility.PRIVATE or self.with_private:
            said["summaries"] = reply.summaries
        if reply.visibility == reply.Visibility.FULL:
            said |= {"public_text": reply.public_text, "public_language": reply.public_language}
        if self.with_private:
            said["text"] = reply.text
        return said


def _release(release: Release) -> dict[str, Any]:
    return {
        "number": release.pk,
        "about": release.about,
        "title": release.title,
        "text_digest": release.text_digest,
        "public_url": release.public_url,
        "state": release.state,
        "dated_on": release.dated_on.isoformat(),
        "reply_by": release.reply_by.isoformat(),
        "signatories_as_of": _moment(release.signatories_as_of),
        "copies_digest": release.copies_digest,
        "requested_by": release.requested_by_id,
        "requested_at": _moment(release.requested_at),
        "decided_by": release.decided_by_id,
        "decided_at": _moment(release.decided_at),
        "letters_leave_at": _moment(release.send_at),
        "recipients": sorted(release.recipients.values_list("slug", flat=True)),
    }


def _envelope(letter: Letter) -> list[str]:
    copy = letter.copy
    return [f"{letter.get_channel_display()}", *([copy["to"]] if copy.get("to") else []), *copy["envelope"]]


def _evidence(letter: Any, pdf: bytes) -> dict[str, Any]:
    said: dict[str, Any] = {
        "office": letter.recipient.slug,
        "office_is_fictional": letter.recipient.is_fictional,
        "reference": letter.reference,
        "release": letter.release_id,
        "channel": letter.channel,
        "language": letter.language,
        "progress": str(letter.progress),
        "written_at": _moment(letter.created_at),
        "left_at": _moment(letter.left_at),
        "stopped_at": _moment(letter.stopped_at),
        "replaced_at": _moment(letter.replaced_at),
        "copy_digest": letter.copy_digest,
        "pdf_digest": hashlib.sha256(pdf).hexdigest(),
        "pdf_digest_as_sent": letter.pdf_digest,
    }
    email = letter.email
    if email:
        said["email"] = {
            "state": email.state,
            "message_id": email.message_id,
            "attempts": email.attempts,
            "handed_over_at": _moment(email.data_begun_at),
            "mail_server": email.server,
            "answer_of_the_mail_server": in_words(email.server_reply),
            "accepted_at": _moment(email.sent_at),
            "delivered_at": _moment(email.delivered_at),
            "came_back_at": _moment(email.bounced_at),
            "reported": [
                {"by": event.provider, "what": event.kind, "at": _moment(event.happened_at), "answer": event.answer}
                for event in sorted(email.events.all(), key=lambda event: event.pk)
            ],
        }
    dispatch = getattr(letter, "dispatch", None)
    if dispatch:
        said["delivery_by_staff"] = {
            "due_on": dispatch.due_on.isoformat(),
            "done_at": _moment(dispatch.done_at),
            "done_by": dispatch.done_by_id,
            "evidence": dispatch.evidence,
        }
    failed = [
        {
            "channel": way.channel,
            "what_happened": way.what_happened,
            "evidence": way.evidence,
            "done_at": _moment(way.done_at),
            "noted_by": way.noted_by_id,
            "noted_at": _moment(way.noted_at),
        }
        for way in letter.failed_ways.all()
    ]
    proofs = [
        {
            "file": proof.file_name,
            "type": proof.content_type,
            "bytes": proof.size,
            "digest": proof.digest,
            "added_by": proof.added_by_id,
            "added_at": _moment(proof.added_at),
        }
        for proof in letter.proofs.all()
    ]
    return said | ({"ways_that_failed": failed} if failed else {}) | ({"proofs": proofs} if proofs else {})


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment, timezone.get_default_timezone()).isoformat() if moment else ""


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16  # the same on every machine
    archive.writestr(entry, content)


@dataclass
class _Sink:
    """What the ZIP is written into: it goes on at once, and cannot be rewound."""

    pieces: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def taken(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data
