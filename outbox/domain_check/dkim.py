"""DKIM (RFC 6376, RFC 8463): the public key that receivers check our signatures with."""

import base64
import binascii
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from outbox.domain_check import tags
from outbox.domain_check.finding import Details, Finding, Level, shown
from outbox.domain_check.questions import NoAnswer, Questions

SHORTEST = 1024  # bits; receivers ignore signatures with less (RFC 8301)
GOOD = 2048
ED25519_BYTES = 32
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


def check_dkim(domain: str, selector: str, ask: Questions) -> list[Finding]:
    """What is right and wrong with the key under `<selector>._domainkey.<domain>`."""
    if not selector:
        return [Finding("dkim", Level.WARNING, "dkim_no_selector")]
    name = f"{selector}._domainkey.{domain}"
    if not _SELECTOR.fullmatch(selector):
        return [Finding("dkim", Level.ERROR, "dkim_missing", {"name": shown(name, 160)})]
    try:
        answer = ask.texts(name)
    except NoAnswer as exc:
        return [exc.finding("dkim")]
    details: Details = {"name": shown(name, 160)}
    if not answer.records:
        return [Finding("dkim", Level.ERROR, "dkim_missing", details)]
    if len(answer.records) > 1:
        return [Finding("dkim", Level.ERROR, "dkim_several", details | {"count": len(answer.records)})]
    try:
        found = tags.parse(answer.records[0])
    except tags.WrongTag as exc:
        return [Finding("dkim", Level.ERROR, "dkim_syntax", details | {"term": shown(str(exc))})]
    wrong = _wrong(found)
    if wrong:
        return [Finding("dkim", Level.ERROR, wrong[0], details | {"term": shown(wrong[1])})]
    findings = _strength(found, details)
    if "y" in found.get("t", "").lower().split(":"):
        findings.append(Finding("dkim", Level.WARNING, "dkim_testing", details))
    return findings


def _wrong(found: dict[str, str]) -> tuple[str, str] | None:
    """(code, what is wrong) of a record that no receiver can use."""
    if found.get("v", "DKIM1") != "DKIM1" or ("v" in found and next(iter(found)) != "v"):
        return "dkim_syntax", f"v={found['v']}"
    if "p" not in found:
        return "dkim_syntax", "p="
    if not found["p"]:
        return "dkim_revoked", "p="
    if found.get("k", "rsa").lower() not in {"rsa", "ed25519"}:
        return "dkim_syntax", f"k={found['k']}"
    if "h" in found and "sha256" not in [part.strip().lower() for part in found["h"].split(":")]:
        return "dkim_syntax", f"h={found['h']}"
    if not {"*", "email"} & {part.strip().lower() for part in found.get("s", "*").split(":")}:
        return "dkim_syntax", f"s={found['s']}"
    return None


def _strength(found: dict[str, str], details: Details) -> list[Finding]:
    try:
        key = base64.b64decode(re.sub(r"\s", "", found["p"]), validate=True)
        if found.get("k", "rsa").lower() == "ed25519":
            if len(key) != ED25519_BYTES:
                raise ValueError("length")
            return [Finding("dkim", Level.OK, "dkim_ok", details | {"key": "Ed25519"})]
        public = load_der_public_key(key)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return [Finding("dkim", Level.ERROR, "dkim_key", details)]
    if not isinstance(public, RSAPublicKey):
        return [Finding("dkim", Level.ERROR, "dkim_key", details)]
    bits = public.key_size
    if bits < SHORTEST:
        return [Finding("dkim", Level.ERROR, "dkim_short", details | {"bits": bits})]
    if bits < GOOD:
        return [Finding("dkim", Level.WARNING, "dkim_short", details | {"bits": bits})]
    return [Finding("dkim", Level.OK, "dkim_ok", details | {"key": f"RSA {bits}"})]
