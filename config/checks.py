"""What `manage.py check` refuses, and `manage.py up` with it."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from config.connections import open_connections
from config.well_known import is_contact
from outbox.domain_check.questions import name_server
from outbox.exceptions import UnusableAddress
from outbox.recipients import envelope_form


@register
def mail_leaves(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without DEBUG mail must have somewhere to go: files under var/ are for the newcomer's mailbox."""
    if settings.DEBUG or settings.EMAIL_URL:
        return []
    return [
        Error(
            "DEBUG is off and EMAIL_URL is not set: mail would be written to files and nobody would get it.",
            hint="Set EMAIL_URL to the mail server.",
            id="config.E001",
        )
    ]


@register
def mail_settings_can_be_used(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """With a sender that no server takes, every message would fail one by one."""
    wrong: list[str] = []
    for name, address in (
        ("DEFAULT_FROM_EMAIL", parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        ("BOUNCE_ADDRESS", settings.BOUNCE_ADDRESS),
        ("MAIL_DOMAIN", f"post@{settings.MAIL_DOMAIN}"),
    ):
        try:
            if address or name != "BOUNCE_ADDRESS":
                envelope_form(address)
        except UnusableAddress:
            wrong.append(name)
    try:
        for server in settings.DNS_SERVERS:
            name_server(server)
    except ValueError:
        wrong.append("DNS_SERVERS")
    hint = "An address looks like post@coalition.example, a name server like 9.9.9.9 or [2620:fe::fe]:53."
    return [Error(f"{name} cannot be used as it stands.", hint=hint, id="config.E005") for name in wrong]


@register
def one_process_without_redis(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The embedded broker lives in one process: a second web process would ring a bell nobody hears."""
    if settings.REDIS_URL or settings.WEB_WORKERS == 1:
        return []
    return [
        Error(
            f"WEB_WORKERS is {settings.WEB_WORKERS}, and without REDIS_URL there can be only one web process.",
            hint="Set REDIS_URL, or leave WEB_WORKERS unset.",
            id="config.E002",
        )
    ]


@register
def second_factor(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Staff are phished: a server that lets them in by password alone does not start."""
    if settings.DEBUG or settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Error(
            "DEBUG is off and STAFF_SECOND_FACTOR is off: staff would come in by password alone.",
            hint="Leave STAFF_SECOND_FACTOR unset. Who has no second factor yet is led through setting one up.",
            id="config.E003",
        )
    ]


@register(deploy=True)
def mail_goes_to_people(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`example` is nobody's domain: a server left at that writes to nobody, and every signature stays unconfirmed."""
    if settings.DEBUG or any(name.strip(".").lower() != "example" for name in settings.ALLOWED_MAIL_DOMAINS):
        return []
    return [
        Warning(
            "ALLOWED_MAIL_DOMAINS holds no domain but `example`: no mail would reach anybody.",
            hint="Set ALLOWED_MAIL_DOMAINS to * for every domain, or to the domains of a rehearsal.",
            id="config.W001",
        )
    ]


@register(deploy=True)
def security_contact(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever finds a hole must know whom to tell."""
    if settings.DEBUG:
        return []
    hint = "Set SECURITY_CONTACT to an address, mailto:, tel: or https:// URI, or several with commas between them."
    if not settings.SECURITY_CONTACT:
        return [Warning("SECURITY_CONTACT is not set, so there is no security.txt.", hint=hint, id="config.W002")]
    wrong = [contact for contact in settings.SECURITY_CONTACT if not is_contact(contact)]
    if wrong:
        return [Error(f"SECURITY_CONTACT holds what RFC 9116 does not take: {wrong}.", hint=hint, id="config.E004")]
    return []


@register(deploy=True)
def hosts_are_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """With `*` a request names the host that the redirect to https leads to."""
    if settings.DEBUG or "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS holds *: any host name is answered.", hint="Name the hosts of this site.", id="config.W003"
        )
    ]


@register(deploy=True)
def servers_are_reached_safely(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Letters, links and sign-in codes pass over these connections."""
    if settings.DEBUG:
        return []
    return [
        Warning(
            f"{name} names a server elsewhere that is reached without TLS, or whose certificate nobody looks at.",
            hint=f"Write {better}. In a private network that you trust, silence config.W004.",
            id="config.W004",
        )
        for name, better in open_connections().items()
    ]
