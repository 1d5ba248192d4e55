"""A small name server on loopback that speaks the real protocol, over UDP and TCP."""

import socket
import socketserver
import threading
from collections import Counter
from contextlib import suppress

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

SERVFAIL, REFUSED, SILENCE = "SERVFAIL", "REFUSED", "SILENCE"  # instead of records
TTL = 60


class NameServer:
    """Answers from `zone`: {"example.org TXT": ["v=spf1 -all"], "slow.example MX": SILENCE}.

    A name with no record of any kind, and none below it, does not exist (NXDOMAIN). An answer too long for UDP is
    truncated and comes whole over TCP. `asked` counts "NAME TYPE" and "udp" or "tcp".
    """

    def __init__(self) -> None:
        self.zone: dict[str, list[str] | str] = {}
        self.asked: Counter[str] = Counter()
        self.udp, self.tcp = self._open()
        self.port = self.udp.server_address[1]
        for server in (self.udp, self.tcp):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _open(self) -> tuple["_Udp", "_Tcp"]:
        """Both on one port, which must be free for either."""
        for _attempt in range(50):
            tcp = _Tcp(("127.0.0.1", 0), self)
            try:
                return _Udp(("127.0.0.1", tcp.server_address[1]), self), tcp
            except OSError:
                tcp.server_close()
        raise AssertionError("no port is free for UDP and TCP")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        for server in (self.udp, self.tcp):
            server.shutdown()
            server.server_close()

    def answer(self, wire: bytes, way: str) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.update([f"{name} {kind}", way])
        held = self.zone.get(f"{name} {kind}", self.zone.get(f"{name} *", []))
        if held == SILENCE:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if isinstance(held, str):
            response.set_rcode(dns.rcode.from_text(held))
        elif held:
            records = [_quoted(kind, text) for text in held]
            response.answer.append(dns.rrset.from_text_list(question.name, TTL, "IN", kind, records))
        elif not any(key.split(" ")[0] == name or key.split(" ")[0].endswith(f".{name}") for key in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        whole = response.to_wire(max_size=65_535)
        if way == "tcp":
            return whole
        if len(whole) <= 1232:
            return whole
        short = dns.message.make_response(query)
        short.flags |= dns.flags.TC
        return short.to_wire()


def _quoted(kind: str, text: str) -> str:
    """A TXT record as strings of at most 255 characters, as zone files have it."""
    if kind != "TXT":
        return text
    strings = [text.encode()[start : start + 255] for start in range(0, max(len(text.encode()), 1), 255)]
    return " ".join('"{}"'.format("".join(f"\\{byte:03d}" for byte in string)) for string in strings)


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], names: NameServer):
        self.names = names
        super().__init__(address, _UdpHandler)


class _UdpHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, sock = self.request
        reply = self.server.names.answer(wire, "udp")  # type: ignore[attr-defined]
        if reply is not None:
            sock.sendto(reply, self.client_address)


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], names: NameServer):
        self.names = names
        super().__init__(address, _TcpHandler)


class _TcpHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):
            length = int.from_bytes(self.request.recv(2, socket.MSG_WAITALL))
            reply = self.server.names.answer(self.request.recv(length, socket.MSG_WAITALL), "tcp")  # type: ignore[attr-defined]
            if reply is not None:
                self.request.sendall(len(reply).to_bytes(2) + reply)
