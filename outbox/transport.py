"""The wire: one open connection that says what the server answered, and when the message may have arrived."""

import contextlib
import re
import smtplib
import time
from dataclasses import dataclass
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.utils.module_loading import import_string

from outbox.exceptions import Interrupted, Refused
from outbox.recipients import check_allowed


@dataclass(frozen=True)
class Wire:
    """A message as it goes over the wire."""

    message_id: str
    sender: str  # envelope addresses, the domain in ASCII
    recipient: str
    content: bytes


class Transport(Protocol):
    """Opened once for a batch. `send` returns the server's answer; raises Refused, Interrupted or Unsendable."""

    def open(self) -> None: ...
    def send(self, wire: Wire) -> str: ...
    def close(self) -> None: ...


def new_transport() -> Transport:
    """The transport that the settings name."""
    transport: Transport = import_string(settings.OUTBOX_TRANSPORT)()
    return transport


MESSAGE_LIMIT = 60.0  # seconds for one message, or for opening the connection, all answers together
GOODBYE_LIMIT = 5.0
HANGING_UP = 421  # the answer after which a server closes the connection, whatever it was asked

_LEADING_DOT = re.compile(rb"(?m)^\.")


class _Lines:
    """The answers of a server, line by line, within one deadline: a socket's own timeout begins anew at each byte."""

    def __init__(self, connection: Any):
        self.connection, self.kept = connection, b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self.kept and len(self.kept) < limit:
            left = self.connection.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out: the server is too slow")
            self.connection.sock.settimeout(min(left, self.connection.timeout))
            received = self.connection.sock.recv(4096)
            if not received:
                break
            self.kept += received
        end = self.kept.find(b"\n") + 1 or limit
        line, self.kept = self.kept[:end], self.kept[end:]
        return line

    def close(self) -> None:
        """The socket is closed by whoever opened it."""


class _Witness:
    """Mixed into an smtplib class: keeps whether DATA began and what the server answered to it, and the deadline."""

    data_begun = False
    reply = ""
    deadline = 0.0
    carried = 0  # messages it was asked to take
    file: Any

    def getreply(self) -> tuple[int, bytes]:
        self.deadline = self.deadline or time.monotonic() + MESSAGE_LIMIT  # of the opening
        if self.file is None:
            self.file = _Lines(self)
        try:
            answer: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        except smtplib.SMTPResponseException as exc:  # smtplib's own words for a line without end: no answer
            raise smtplib.SMTPException(f"not understood: {exc.smtp_error!r}") from exc
        return answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.data_begun = True
        return self.understood(*super().data(msg))  # type: ignore[misc]

    def understood(self, code: int, answer: bytes) -> tuple[int, bytes]:
        """What the server said of the message itself: any 2xx is 250. Raises SMTPException for what is no answer."""
        self.reply = f"{code} {answer.decode(errors='replace')}"
        if 200 <= code < 300:
            return 250, answer
        if 400 <= code < 600:
            return code, answer
        raise smtplib.SMTPException(f"not understood: {self.reply}")

    def hand_over(self: Any, wire: Wire) -> None:
        """Say one message. Raises what `sendmail` raises."""
        self.ehlo_or_helo_if_needed()
        if self.has_extn("pipelining"):
            self.pipeline(wire)
        else:
            self.sendmail(wire.sender, [wire.recipient], wire.content)

    def pipeline(self: Any, wire: Wire) -> None:
        """MAIL, RCPT and DATA in one go (RFC 2920): two round trips of four are saved.

        The message waits for the answers. Raises SMTPResponseException for the first that refuses, once all are read.
        """
        size = f" SIZE={len(wire.content)}" if self.has_extn("size") else ""
        self.send(f"MAIL FROM:<{wire.sender}>{size}\r\nRCPT TO:<{wire.recipient}>\r\nDATA\r\n")
        codes = list[int]()
        refusal = None
        try:
            for wanted in (2, 2, 3):
                code, answer = self.getreply()
                codes.append(code)
                if code // 100 != wanted:
                    refusal = refusal or smtplib.SMTPResponseException(code, answer)
                if code == HANGING_UP:
                    break
        except smtplib.SMTPServerDisconnected:
            if refusal is None:
                raise
            codes.append(HANGING_UP)  # it said why, and went
        if refusal and codes[-1] == 354:  # it waits for a message all the same
            if codes[1] // 100 == 2:  # and knows for whom: not even an empty one goes there
                codes.append(HANGING_UP)
            else:
                self.send(b".\r\n")
                codes.append(self.getreply()[0])
        if refusal is None:
            self.data_begun = True
            ending = b".\r\n" if wire.content.endswith(b"\r\n") else b"\r\n.\r\n"
            self.send(_LEADING_DOT.sub(b"..", wire.content) + ending)
            code, answer = self.understood(*self.getreply())
            codes.append(code)
            refusal = None if code == 250 else smtplib.SMTPResponseException(code, answer)
        if refusal:
            self._leave_clean(codes[-1])
            raise refusal

    def _leave_clean(self: Any, code: int) -> None:
        """After a refusal: what was begun is given up; so is the connection where the server goes."""
        if code == HANGING_UP:
            self.close()
            return
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            self.rset()


class _WitnessedSmtp(_Witness, smtplib.SMTP):
    pass


class _WitnessedSmtpSsl(_Witness, smtplib.SMTP_SSL):
    pass


class _WitnessedBackend(SmtpBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WitnessedSmtpSsl if self.use_ssl else _WitnessedSmtp


class SmtpTransport:
    """SMTP as EMAIL_URL says."""

    def __init__(self) -> None:
        self.backend = _WitnessedBackend(timeout=settings.EMAIL_TIMEOUT)

    def open(self) -> None:
        try:
            self.backend.open()
        except Exception as exc:  # whatever it was, nothing was handed over
            raise Interrupted(_reply_of(exc), data_begun=False) from exc

    def send(self, wire: Wire) -> str:
        check_allowed(wire.recipient)  # the last door: the envelope names nobody else
        connection = cast(_WitnessedSmtp | None, self.backend.connection)
        if connection is None:
            raise Interrupted("not connected", data_begun=False)
        connection.data_begun, connection.reply = False, ""
        connection.deadline = time.monotonic() + MESSAGE_LIMIT
        reused, connection.carried = connection.carried > 0, connection.carried + 1
        try:
            connection.hand_over(wire)
        except smtplib.SMTPRecipientsRefused as exc:
            code, answer = next(iter(exc.recipients.values()))
            raise Refused(f"{code} {answer.decode(errors='replace')}", permanent=500 <= code < 600) from exc
        except smtplib.SMTPResponseException as exc:
            raise Refused(_reply_of(exc), permanent=500 <= exc.smtp_code < 600) from exc
        except Exception as exc:  # also what smtplib did not foresee: only the witness knows how far it came
            raise Interrupted(_reply_of(exc), data_begun=connection.data_begun, reused=reused) from exc
        return f"{self.backend.host}: {connection.reply}"

    def close(self) -> None:
        connection = cast(_WitnessedSmtp | None, self.backend.connection)
        if connection is not None:
            connection.deadline = time.monotonic() + GOODBYE_LIMIT
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            if connection is not None:
                connection.close()
            self.backend.connection = None  # the server was gone first; nothing is left to close


class FileTransport:
    """One `.eml` file for each message under var/mail/, named by its Message-ID, so that a repeat replaces it."""

    def open(self) -> None:
        try:
            settings.MAIL_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as exc:
            raise Interrupted(_reply_of(exc), data_begun=False) from exc

    def send(self, wire: Wire) -> str:
        name = re.sub(r"[^A-Za-z0-9.-]", "_", wire.message_id.strip("<>").partition("@")[0]) + ".eml"
        path = settings.MAIL_DIR / name
        half = path.with_suffix(".part")
        try:
            half.write_bytes(wire.content)
            half.replace(path)
        except OSError as exc:
            raise Interrupted(_reply_of(exc), data_begun=False) from exc
        return f"file {name}"

    def close(self) -> None:
        """Nothing stays open."""


def _reply_of(exc: Exception) -> str:
    if isinstance(exc, smtplib.SMTPResponseException):
        answer = exc.smtp_error
        return f"{exc.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    return f"{type(exc).__name__}: {exc}"
