"""What a mail is: somebody's words, an automatic answer, a receipt, a returned mail, or our own."""

import re
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from letters.inbound.reading import Mail
from letters.models import InboundMail

Kind = InboundMail.Kind
MOST_HOPS = 40  # lines of "Received:"; beyond, it goes round in a loop

# How programs begin the subject of what they answer while nobody is there.
_AUTOMATIC = re.compile(
    r"^\s*(?:\[[^\]]{1,30}\]\s*)?(?:"
    r"auto(?:matic|mated)?[ -]?(?:reply|response|answer|acknowledge?ment)|auto:|out[ -]of[ -](?:the[ -])?office"
    r"|(?:i am )?on (?:annual |maternity |parental )?leave\b|vacation\b"
    r"|자동\s*(?:회신|응답|답장)|\[?부재\s*중|자리\s*비움"
    r"|自动(?:回复|答复)|自動(?:回覆|回復|答覆|応答|返信)|不在(?:办公室|辦公室|通知)|外出(?:通知|中)"
    r"|réponse automatique|absence du bureau|automatische (?:antwort|reactie)|abwesenheit(?:snotiz)?"
    r"|respuesta automática|fuera de la oficina|risposta automatica|resposta automática|автоматический ответ|autosvar"
    r")",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)|returned mail|failure notice"
    r"|mail delivery (?:failed|system)|반송|전송\s*실패|배달\s*실패|退信|投递失败|投遞失敗|配信不能"
    r"|nicht zustellbar|non remis",
    re.IGNORECASE,
)
_READ = re.compile(r"^\s*(?:read|gelesen|lu|leído|已读|已讀|읽음|수신\s*확인|開封済み)\s*[::]", re.IGNORECASE)
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_PROGRAMS = {"x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply", "x-vacation"}


@dataclass(frozen=True)
class Returned:
    """What a returned mail says of one recipient: "failed", "delayed" or "delivered", and with what words."""

    action: str
    status: str  # "5.1.1", "" where nothing is said
    words: str

    @property
    def is_final(self) -> bool:
        """Whether the address is dead: not one that was full or busy until somebody gave up."""
        return self.action == "failed" and not self.status.startswith(("4.", "5.2.2"))


def kind_of(mail: Mail) -> Kind:
    """What it is. In doubt somebody's words, which a person reads."""
    if "message/delivery-status" in mail.reports or _is_bare_bounce(mail):
        return Kind.BOUNCE
    if is_own(mail):
        return Kind.OWN
    if "message/disposition-notification" in mail.reports or _READ.match(mail.subject):
        return Kind.RECEIPT
    return Kind.AUTOMATIC if _is_automatic(mail) else Kind.ANSWER


def is_own(mail: Mail) -> bool:
    """Whether it comes from an address of ours, or has passed so many hosts that it goes round."""
    ours = {parseaddr(line)[1].lower() for line in (settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS)}
    reply = settings.REPLY_ADDRESS.lower()
    local, _at, domain = reply.rpartition("@")
    sender = mail.sender_address
    is_reply = bool(reply) and sender.endswith(f"@{domain}") and sender.partition("@")[0].partition("+")[0] == local
    return bool(sender and sender in ours) or is_reply or len(mail.headers.get("received", [])) > MOST_HOPS


def returned(mail: Mail) -> list[Returned]:
    """What a delivery report says of each recipient; of a returned mail without one, that it failed."""
    blocks = mail.reports.get("message/delivery-status", [])
    found = [
        Returned(
            block["action"].lower().split()[0] if block["action"].split() else "failed",
            block.get("status", "").strip()[:12],
            block.get("diagnostic-code", "").partition(";")[2].strip() or block.get("status", ""),
        )
        for block in blocks
        if "action" in block
    ]
    return found or [Returned("failed", "", mail.subject)]


def _is_automatic(mail: Mail) -> bool:
    said = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if said and said != "no":
        return True
    precedence = mail.header("precedence").strip().lower()
    if precedence in {"auto_reply", "auto-reply", "bulk", "junk", "list"} or "list-id" in mail.headers:
        return True
    if any(name in mail.headers for name in _PROGRAMS):
        return True
    suppresses = mail.header("x-auto-response-suppress").lower()
    if any(word in suppresses for word in ("all", "oof", "autoreply")):
        return True
    return bool(_AUTOMATIC.match(mail.subject))


def _is_bare_bounce(mail: Mail) -> bool:
    """One of the many that mail servers write in words of their own."""
    if "x-failed-recipients" in mail.headers:
        return True
    from_nobody = mail.header("return-path").strip() == "<>" or bool(_DAEMON.match(mail.sender_address))
    return from_nobody and bool(_RETURNED.search(mail.subject))
