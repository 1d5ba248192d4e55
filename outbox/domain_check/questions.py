"""Asking the DNS within a limit of time, and telling apart what it can answer."""

import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
from django.conf import settings

from outbox.domain_check.finding import Finding, Level
from outbox.exceptions import OutboxError

LIMIT = 15.0  # seconds for all questions of one check
ONE_LIMIT = 4.0  # seconds for one question, over all name servers
ONE_TRY = 1.5  # seconds for one name server
PORT = 53


class NoAnswer(OutboxError):
    """No usable answer came; `kind` is "timeout", "failed" (SERVFAIL, REFUSED) or "no_server"."""

    def __init__(self, kind: str, name: str):
        super().__init__(f"{kind}: {name}")
        self.kind, self.name = kind, name

    def finding(self, about: str) -> Finding:
        return Finding(about, Level.UNKNOWN, f"dns_{self.kind}", {"name": self.name})


@dataclass(frozen=True)
class Answer:
    """Records as text, possibly none. `exists` is False when there is no such name at all (NXDOMAIN)."""

    records: list[str]
    exists: bool = True


class Questions:
    """One round of questions to DNS_SERVERS, or the system's name servers. Every method may raise NoAnswer."""

    def __init__(self, *, limit: float = LIMIT):
        self.deadline = time.monotonic() + limit
        self.resolver = _resolver()

    def texts(self, name: str) -> Answer:
        """TXT records, the strings of each joined."""
        return self._ask(name, "TXT", lambda record: b"".join(record.strings).decode("utf-8", "replace"))

    def exchangers(self, name: str) -> Answer:
        """Host names of the MX records, the most preferred first; "." is the null MX of RFC 7505."""
        answer = self._ask(name, "MX", lambda record: f"{record.preference:05d} {record.exchange.to_text()}")
        return Answer([record.partition(" ")[2] for record in sorted(answer.records)], answer.exists)

    def addresses(self, name: str) -> Answer:
        """IPv4 and, where there is none, IPv6 addresses."""
        answer = self._ask(name, "A", lambda record: record.address)
        return answer if answer.records or not answer.exists else self._ask(name, "AAAA", lambda record: record.address)

    def _ask(self, name: str, kind: str, as_text: Any) -> Answer:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise NoAnswer("timeout", name)
        try:
            found = self.resolver.resolve(
                name.rstrip(".") + ".", kind, search=False, raise_on_no_answer=False, lifetime=min(left, ONE_LIMIT)
            )
        except dns.resolver.NXDOMAIN:
            return Answer([], exists=False)
        except dns.resolver.LifetimeTimeout as exc:
            raise NoAnswer("timeout", name) from exc
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.IDNAException, UnicodeError):
            return Answer([], exists=False)  # no name server can hold it
        except (dns.exception.DNSException, OSError) as exc:
            raise NoAnswer("failed", name) from exc
        return Answer([as_text(record) for record in found])


def _resolver() -> dns.resolver.Resolver:
    try:
        resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
        if settings.DNS_SERVERS:
            resolver.nameservers = [name_server(text) for text in settings.DNS_SERVERS]
    except (dns.exception.DNSException, ValueError, OSError) as exc:
        raise NoAnswer("no_server", "DNS_SERVERS") from exc
    resolver.timeout = ONE_TRY
    resolver.use_edns(0, 0, 1232)
    return resolver


def name_server(text: str) -> dns.nameserver.Do53Nameserver:
    """The name server of `9.9.9.9`, `9.9.9.9:53`, `2620:fe::fe` or `[2620:fe::fe]:53`. Raises ValueError."""
    host, port = text.strip(), str(PORT)
    if host.startswith("["):
        host, _, rest = host[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    return dns.nameserver.Do53Nameserver(str(ip_address(host)), int(port))
