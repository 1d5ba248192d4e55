"""What each finding says to staff, and what to do about it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

LEVELS = {"error": _("wrong"), "warning": _("weak"), "unknown": _("not known"), "ok": _("good")}

SUBJECTS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "mx": "MX", "domain": _("Domain")}

SENTENCES = {
    "domain_missing": _(
        "The domain %(name)s does not exist in the DNS. Correct MAIL_DOMAIN, or renew the domain with your registrar."
    ),
    "dns_timeout": _("No name server answered in time about %(name)s. Check again later."),
    "dns_failed": _(
        "The name servers refused to answer, or could not, about %(name)s. Check again later; if it stays so, ask "
        "whoever runs your DNS."
    ),
    "dns_no_server": _("There is no name server to ask. Correct DNS_SERVERS, or the network settings of this machine."),
    "spf_ok": _("SPF is in order: one record, %(count)d of at most 10 lookups."),
    "spf_missing": _(
        "%(name)s has no SPF record, so anybody may send in your name. Add a TXT record that begins with v=spf1, names "
        "your mail servers and ends with -all."
    ),
    "spf_several": _("%(name)s has %(count)d SPF records, and receivers then use none. Make them one."),
    "spf_syntax": _("The SPF record of %(name)s cannot be read at “%(term)s”. Correct or remove that part."),
    "spf_include_missing": _(
        "The SPF record includes %(name)s, which has no SPF record. Remove that part, or ask the service it belongs to."
    ),
    "spf_loop": _("The SPF record includes itself by way of %(name)s. Remove that part."),
    "spf_lookups": _(
        "The SPF record needs %(count)d lookups, and receivers give up after 10. Remove services you no longer use, or "
        "name their networks with ip4: and ip6:."
    ),
    "spf_ptr": _("The SPF record uses “ptr”, which many receivers ignore. Name the servers instead."),
    "spf_everybody": _("The SPF record allows every server to send in your name. End it with -all instead of +all."),
    "spf_neutral": _("The SPF record says nothing about other servers (?all). End it with ~all or -all."),
    "spf_open": _("The SPF record has no “all” at its end. Add -all, or ~all while you are still trying it out."),
    "dkim_ok": _("DKIM is in order: %(name)s holds a key (%(key)s)."),
    "dkim_no_selector": _(
        "Whether mail is signed (DKIM) cannot be checked. Set DKIM_SELECTOR to the selector that your mail server uses."
    ),
    "dkim_missing": _(
        "There is no DKIM key at %(name)s. Publish the record that your mail server gives you, or correct "
        "DKIM_SELECTOR."
    ),
    "dkim_several": _("There are %(count)d records at %(name)s, and receivers may take the wrong one. Keep one."),
    "dkim_syntax": _("The DKIM record at %(name)s cannot be used because of “%(term)s”. Publish it again as given."),
    "dkim_revoked": _("The DKIM key at %(name)s is withdrawn (empty p=). Publish a new key and sign with it."),
    "dkim_key": _("What stands at %(name)s as DKIM key is none. Copy it again, in full and without line breaks."),
    "dkim_short": _("The DKIM key at %(name)s has only %(bits)d bits. Make a new one of 2048 bits, and sign with it."),
    "dkim_testing": _(
        "The DKIM record at %(name)s says that it is only a test (t=y), so receivers may ignore it. Remove t=y."
    ),
    "dmarc_ok": _("DMARC is in order: the policy at %(name)s is “%(policy)s”."),
    "dmarc_missing": _(
        "There is no DMARC record at %(name)s, so receivers let forgeries pass. Add a TXT record: "
        "v=DMARC1; p=none; rua=mailto:… at first, p=quarantine or p=reject once the reports are clean."
    ),
    "dmarc_several": _("There are %(count)d DMARC records at %(name)s, and receivers then use none. Keep one."),
    "dmarc_syntax": _("The DMARC record at %(name)s cannot be used because of “%(term)s”. Correct that part."),
    "dmarc_none": _(
        "The DMARC policy at %(name)s is “none”: forgeries are reported, but delivered. Change it to p=quarantine or "
        "p=reject once the reports are clean."
    ),
    "dmarc_part": _(
        "The DMARC policy at %(name)s holds for %(percent)d per cent of mail only. Remove pct= once the reports are "
        "clean."
    ),
    "dmarc_no_reports": _("The DMARC record at %(name)s names nobody who gets reports. Add rua=mailto:… to it."),
    "dmarc_reports": _("The DMARC record at %(name)s sends reports to “%(term)s”, which is no address. Write mailto:…"),
    "dmarc_not_aligned": _(
        "Mail comes from %(from_domain)s, is signed for %(signing)s and returns to %(bounces)s: neither belongs to the "
        "first, so DMARC fails. Use addresses of one domain in DEFAULT_FROM_EMAIL, MAIL_DOMAIN and BOUNCE_ADDRESS."
    ),
    "dmarc_half_aligned": _(
        "Mail comes from %(from_domain)s, is signed for %(signing)s and returns to %(bounces)s: one of the two does "
        "not belong to the first, so DMARC hangs on the other alone. Use addresses of one domain."
    ),
    "mx_ok": _("Mail that cannot be delivered comes back: %(name)s has a mail server (%(host)s)."),
    "mx_null": _(
        "%(name)s says that it takes no mail at all (null MX), so failures never come back, and many receivers refuse "
        "mail from it. Set BOUNCE_ADDRESS to an address that takes mail."
    ),
    "mx_missing": _(
        "%(name)s has no mail server, so failures never come back. Add an MX record, or set BOUNCE_ADDRESS to an "
        "address that takes mail."
    ),
    "mx_implicit": _("%(name)s has no MX record; servers fall back to its address. Add an MX record to be sure."),
    "mx_dead": _("The MX record of %(name)s names %(host)s, which has no address. Correct or remove it."),
}


def sentence(code: str, details: dict[str, Any]) -> str:
    """A finding in the active language, from what was kept of it; its code when the words are gone."""
    try:
        return str(SENTENCES[code] % details)
    except (KeyError, TypeError, ValueError):
        return code
