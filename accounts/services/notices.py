"""Mails to a person whose way in was changed: whoever did not do it themselves must learn of it."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from accounts.models import User


def mail_notice(user: User, what: Promise, *, to: str = "") -> None:
    """Tell the person, in their language, what was changed. `to` is another address than theirs, the one they had."""
    with translation.override(user.language):
        context = {"what": str(what), "name": user.name, "is_staff": user.is_staff}
        EmailMessage(
            render_to_string("accounts/email/notice.subject.txt", context).strip(),
            render_to_string("accounts/email/notice.txt", context),
            to=[to or user.email],
        ).send()
