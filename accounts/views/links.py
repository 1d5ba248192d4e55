"""What the links of mails to staff open: an invitation, and a new password."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services, sessions
from accounts.exceptions import LinkRefused
from accounts.forms import AcceptInvitationForm, PasswordForm
from accounts.models import StaffLink
from accounts.sessions import Method
from accounts.views.pages import desk_page, posted, speak_to
from accounts.views.sign_in import come_in


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Name and first password; then the second factor."""
    return _set_password(request, token, StaffLink.Kind.INVITATION)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """A new password; the second factor is asked for as ever."""
    return _set_password(request, token, StaffLink.Kind.NEW_PASSWORD)


def _set_password(request: HttpRequest, token: str, kind: StaffLink.Kind) -> HttpResponse:
    now, invited = timezone.now(), kind == StaffLink.Kind.INVITATION
    title = _("Welcome to the desk") if invited else _("Set a new password")
    try:
        link = services.read_link(token, kind, now=now)
        speak_to(request, link.user)
        form_class = AcceptInvitationForm if invited else PasswordForm
        form = form_class(posted(request), user=link.user, initial={"name": link.user.name})
        if form.is_valid():
            data = form.cleaned_data
            user = services.use_link(link.pk, password=data["password"], name=data.get("name", ""), now=now)
            if settings.STAFF_SECOND_FACTOR or services.has_second_factor(user):
                sessions.begin(request, user, now=now)
                return redirect("admin:second-factor")
            return come_in(request, user, method=Method.PASSWORD, next_url="")
    except LinkRefused as exc:
        return desk_page(request, "admin/link_refused.html", {"refusal": str(exc)}, title=title, status=410)
    title = _("Welcome to the desk") if invited else _("Set a new password")
    context = {"form": form, "person": link.user, "invited": invited, "sent_by": link.sent_by}
    return desk_page(request, "admin/link_password.html", context, title=title, status=422 if form.errors else 200)
