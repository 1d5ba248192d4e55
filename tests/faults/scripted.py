"""Mail servers that behave as badly as the script says, each on a port of its own, one thread a connection."""

import socketserver
import threading
import time
from collections.abc import Callable
from typing import Any


class Conversation(socketserver.StreamRequestHandler):
    """SMTP as good servers speak it; a script overrides what it does differently."""

    timeout = 20
    server: Any
    rfile: Any
    line = b""
    said = ""
    has_recipient = False

    def handle(self) -> None:
        if not self.server.script.greets(self):
            return
        while line := self.rfile.readline(2000):
            self.line = line
            verb = line[:4].decode(errors="replace").upper().strip()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "DATA" and (self.has_recipient or self.server.script.is_eager):
                self.say("354 go on")
                while (part := self.rfile.readline()) and part != b".\r\n":
                    self.server.lines.append(part)
                if not part:
                    return  # half a message is none
                if not self.has_recipient:
                    self.say("554 5.5.1 no recipients")
                elif not self.server.script.takes(self):
                    return
                self.has_recipient = False
            elif verb == "DATA":
                self.say("503 5.5.1 no recipients")
            elif not self.server.script.answers(self, verb):
                return
            elif verb == "RCPT":
                self.has_recipient = self.said.startswith("25")

    def say(self, line: str) -> None:
        self.said = line
        self.wfile.write(line.encode() + b"\r\n")


class Script:
    """What a server does at each point; each answer is False when it then closes the connection."""

    extensions = ""
    is_eager = False  # takes a message also when it took no recipient

    def greets(self, talk: Conversation) -> bool:
        talk.say("220 scripted")
        return True

    def answers(self, talk: Conversation, verb: str) -> bool:
        talk.say(f"250-scripted\r\n250 {self.extensions}" if verb == "EHLO" and self.extensions else "250 OK")
        return True

    def takes(self, talk: Conversation) -> bool:
        talk.server.taken += 1
        talk.say("250 2.0.0 taken")
        return True


class Banner(Script):
    """Greets with 421 and hangs up."""

    def greets(self, talk: Conversation) -> bool:
        talk.say("421 4.3.2 too busy")
        return False


class AtRecipient(Script):
    """Answers RCPT with one code; `times` of them, then takes everything."""

    def __init__(self, answer: str, times: int = 10**6):
        self.answer, self.left, self.hangs_up = answer, times, False

    def answers(self, talk: Conversation, verb: str) -> bool:
        if verb == "RCPT" and self.left:
            self.left -= 1
            talk.say(self.answer)
            return not self.hangs_up
        return super().answers(talk, verb)


class AtSender(Script):
    """Answers MAIL with one code, and hangs up after 421."""

    def __init__(self, answer: str):
        self.answer = answer

    def answers(self, talk: Conversation, verb: str) -> bool:
        if verb == "MAIL":
            talk.say(self.answer)
            return not self.answer.startswith("421")
        return super().answers(talk, verb)


class AllAtOnce(Script):
    """Takes MAIL, RCPT and DATA in one go only: it answers nothing before it has heard all three."""

    extensions = "PIPELINING"

    def answers(self, talk: Conversation, verb: str) -> bool:
        return (verb != "MAIL" or b"DATA\r\n" in talk.rfile.peek()) and super().answers(talk, verb)


class AfterData(Script):
    """Reads the message and refuses it."""

    def __init__(self, answer: str):
        self.answer = answer

    def takes(self, talk: Conversation) -> bool:
        talk.say(self.answer)
        return True


class Hangs(Script):
    """Reads the message and says nothing."""

    def takes(self, talk: Conversation) -> bool:
        talk.server.over.wait(10)
        return False


class ClosesBefore(Script):
    """Reads the message, keeps it and hangs up."""

    def takes(self, talk: Conversation) -> bool:
        talk.server.taken += 1
        return False


class ClosesAfter(Script):
    """Takes one message, says so, and hangs up."""

    def takes(self, talk: Conversation) -> bool:
        super().takes(talk)
        return False


class Drips(Script):
    """Takes the message and answers one byte at a time, `pause` seconds apart."""

    def __init__(self, pause: float):
        self.pause = pause

    def takes(self, talk: Conversation) -> bool:
        talk.server.taken += 1
        for sign in b"250 2.0.0 taken in the end\r\n":
            talk.wfile.write(bytes([sign]))
            if talk.server.over.wait(self.pause):
                break
        return True


class SlowFor(Script):
    """Takes its time over recipients of one domain, and notes when it was asked, and whether for that one."""

    def __init__(self, domain: str, seconds: float):
        self.domain, self.seconds = domain, seconds
        self.asked: list[tuple[float, bool]] = []

    def answers(self, talk: Conversation, verb: str) -> bool:
        if verb == "RCPT":
            is_slow = self.domain in talk.line.decode(errors="replace")
            self.asked.append((time.monotonic(), is_slow))
            if is_slow:
                time.sleep(self.seconds)
        return super().answers(talk, verb)


class BrokenTls(Script):
    """Offers STARTTLS and then speaks no TLS."""

    extensions = "STARTTLS"

    def answers(self, talk: Conversation, verb: str) -> bool:
        if verb == "STAR":
            talk.say("220 go on")
            talk.wfile.write(b"this is no TLS record\r\n" * 20)
            return False
        return super().answers(talk, verb)


class ScriptedServer(socketserver.ThreadingTCPServer):
    """`with ScriptedServer(script) as server:` listens on `server.port`; `taken` counts messages."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, script: Script):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.script, self.taken, self.connections = script, 0, 0
        self.lines: list[bytes] = []  # of all messages, as they came over the wire
        self.over = threading.Event()
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def __exit__(self, *exc: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news here."""


def within(seconds: float, act: Callable[[], object]) -> float:
    """Run it and return how long it took; fails when that was longer."""
    begun = time.monotonic()
    act()
    took = time.monotonic() - begun
    assert took <= seconds, f"took {took:.1f} s, not {seconds} s"
    return took
