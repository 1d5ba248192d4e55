"""An SMTP server in a process of its own that writes down every message it accepts, before it says so.

`python -m tests.faults.witness FILE [PORT]` prints the port it listens on. Each line of FILE is the JSON of
{"message_id", "to", "at"}, on disk before the "250" leaves. It shares no code with what it witnesses.
"""

import json
import os
import re
import socketserver
import sys
import threading
import time
from typing import Any

MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")
SLOW = re.compile(rb"@slow\.example>", re.IGNORECASE)
SLOWNESS = float(os.environ.get("WITNESS_SLOWNESS", "0"))  # seconds that it takes over a recipient at slow.example

written = threading.Lock()


class Conversation(socketserver.StreamRequestHandler):
    """One connection, as long as it lasts."""

    timeout = 120
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.say("220 witness")
        recipient = b""
        while line := self.rfile.readline(1000):
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.say("354 go on")
                self.note(recipient, self.body())
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                if verb == b"RCPT":
                    recipient = line
                    if SLOWNESS and SLOW.search(line):
                        time.sleep(SLOWNESS)
                self.say("250-witness\r\n250 PIPELINING" if verb == b"EHLO" else "250 OK")

    def body(self) -> bytes:
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        raise ConnectionError  # half a message is none

    def note(self, recipient: bytes, content: bytes) -> None:
        found = MESSAGE_ID.search(content)
        record = {
            "message_id": found[1].decode() if found else "",
            "to": recipient.partition(b"<")[2].partition(b">")[0].decode(errors="replace").lower(),
            "at": time.time(),
        }
        file: Any = self.server.file  # type: ignore[attr-defined]
        with written:
            file.write(json.dumps(record) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.say("250 2.0.0 witnessed")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Witness(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever was killed in mid-sentence is no news here."""


def main() -> None:
    with open(sys.argv[1], "a") as file:
        server = Witness(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Conversation)
        server.file = file  # type: ignore[attr-defined]
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
