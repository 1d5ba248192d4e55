"""What an address says about itself. Nothing here asks the database or keeps anything."""

import re
from dataclasses import dataclass
from datetime import timedelta

from disposable_email_domains import blocklist

from privacy.fingerprints import fingerprint
from privacy.throttle import Hit

# Where most people have their mailbox: how many come from there says nothing.
PROVIDERS = frozenset({
    "gmail.com", "naver.com", "kakao.com", "daum.net", "hanmail.net", "nate.com", "outlook.com", "hotmail.com",
    "live.com", "msn.com", "yahoo.com", "yahoo.co.jp", "yahoo.co.uk", "yahoo.fr", "proton.me", "icloud.com",
    "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "mail.com", "orange.fr", "free.fr",
    "laposte.net", "libero.it", "hotmail.co.uk", "hotmail.fr", "outlook.fr", "btinternet.com", "fastmail.com",
    "tutanota.com", "tuta.io", "tuta.com", "posteo.de", "mailbox.org", "zoho.com", "qq.com", "163.com", "126.com",
    "mail.ru", "yandex.ru", "seznam.cz", "wp.pl", "docomo.ne.jp",
})  # fmt: skip
LONGEST_STEM_OF_A_NAME = 5  # "kim1", "minji92": short stems meet by chance
WINDOW, DAY = timedelta(hours=1), timedelta(days=1)
TAGS_A_DAY, NUMBERED_AN_HOUR, MIXED_AN_HOUR = 3, 10, 6


@dataclass(frozen=True)
class Signal:
    """A counter that only suspicious addresses are counted under; above it, `name` is why one is held."""

    name: str
    hit: Hit


def domains_of(domain: str) -> list[str]:
    """The domain and those above it, longest first, without the top: mail.a.example, a.example."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]


def is_disposable(domain: str) -> bool:
    """Whether the domain is known for mailboxes that last for minutes."""
    return any(name in blocklist for name in domains_of(domain))


def domain_hash(domain: str) -> bytes:
    """The keyed hash (16 bytes) under which a signature keeps its mail domain."""
    return fingerprint(domain, purpose="mail domain")[:16]


def signals_of(canonical_address: str, petition_id: int, network_range: bytes | None) -> list[Signal]:
    """The counters of this address, each in one sentence:

    - "tags": more than three tags (name+tag) of one mailbox in a day;
    - "numbered": more than ten addresses an hour under one petition that differ in their digits only;
    - "mixed": more than six addresses an hour from one neighborhood of networks that are letters and digits by turns.
    """
    local, _, domain = canonical_address.rpartition("@")
    petition = petition_id.to_bytes(8)
    found = []
    base, plus, _tag = local.partition("+")
    if plus:
        key = fingerprint(f"{base}@{domain}", purpose="mailbox")
        found.append(Signal("tags", Hit("tags", petition + key, TAGS_A_DAY, DAY)))
    stem = re.sub(r"\d+", "#", base)
    if "#" in stem and len(re.sub(r"[^a-z]", "", stem)) > LONGEST_STEM_OF_A_NAME:
        key = fingerprint(f"{stem}@{domain}", purpose="mailbox")
        found.append(Signal("numbered", Hit("numbered", petition + key, NUMBERED_AN_HOUR, WINDOW)))
    if network_range and is_mixed(base):
        found.append(Signal("mixed", Hit("mixed", petition + network_range, MIXED_AN_HOUR, WINDOW)))
    return found


def is_mixed(local: str) -> bool:
    """Whether digits stand between letters again and again, as in "q7x2p9": people put theirs at the end."""
    return len(re.findall(r"[a-z]+\d+(?=[a-z])", local)) >= 2
