"""Links into other services, each plain: nothing of theirs is loaded before somebody presses one."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ShareLink:
    name: str | Promise
    url: str
    is_elsewhere: bool = True  # another company learns of the click


def share_links(address: str, title: str) -> list[ShareLink]:
    """Where one can pass a petition on by a link. Signal and KakaoTalk have none: the phone has."""
    words = f"{title} {address}"
    return [
        ShareLink("WhatsApp", f"https://wa.me/?{_query(text=words)}"),
        ShareLink("Telegram", f"https://t.me/share/url?{_query(url=address, text=title)}"),
        ShareLink("X", f"https://x.com/intent/post?{_query(text=title, url=address)}"),
        ShareLink("Facebook", f"https://www.facebook.com/sharer/sharer.php?{_query(u=address)}"),
        ShareLink(_("E-mail"), mail_link(title, address), is_elsewhere=False),
    ]


def mail_link(subject: str, body: str) -> str:
    """A link that opens the reader's own mail program with subject and body filled in, and no addressee."""
    lines = "\r\n".join(body.splitlines())  # as the standard of these links wants them
    return f"mailto:?{_query(subject=subject, body=lines)}"


def _query(**values: str) -> str:
    return urlencode(values, quote_via=quote)
