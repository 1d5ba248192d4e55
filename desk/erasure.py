"""Erasing a person, for the safeguarding role: look first, then press once more."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.reasons import ReasonField
from accounts.views.pages import desk_page, posted
from privacy import erasure
from privacy.text import AddressField

PERMISSION = "privacy.add_erasurerecord"


class ErasureForm(forms.Form):
    """Whose data, and why."""

    address = AddressField(
        label=gettext_lazy("E-mail address of the person"),
        help_text=gettext_lazy("In any spelling. It is neither kept nor written into the history."),
        autocomplete="off",
        error_messages={"required": gettext_lazy("Please write the address.")},
    )
    reason = ReasonField(help_text=gettext_lazy("How you know that the person asked for it: “letter of 3 May”."))


@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def erase_person(request: HttpRequest) -> HttpResponse:
    """POST shows what would go, and leaves an audit line; POST with `confirm` erases it."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    form, report, status = ErasureForm(posted(request)), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                report = _look_or_erase(request, **form.cleaned_data)
                status = 200
            except erasure.ErasureRefused as exc:
                form.add_error("address", str(exc))
                status = 409
            if report is not None and "confirm" in request.POST:
                return redirect("admin:erase-person")
    context = {"form": form, "report": report}
    return desk_page(request, "admin/erase_person.html", context, title=_("Erase a person"), status=status)


def _look_or_erase(request: HttpRequest, address: str, reason: str) -> erasure.Report:
    now, by, person = timezone.now(), _person(request), erasure.fingerprint_of(address)
    if "confirm" not in request.POST:
        audit.record("privacy.look_up_person", by, by=by, reason=reason, now=now)
        return erasure.look_up(person, now=now)
    report = erasure.erase_person(person, by=by, reason=reason, now=now)
    said = ngettext(
        "Erased. %d row no longer says anything of this person.",
        "Erased. %d rows no longer say anything of this person.",
        report.total,
    )
    messages.success(request, said % report.total)
    return report


def _person(request: HttpRequest) -> Any:
    """Who acts, as the services take it."""
    return request.user
