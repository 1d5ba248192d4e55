"""The delegate's own organization: who else acts for it, whom to let in, what the secretariat may sign; and oneself."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.models import User
from campaigns import services as campaigns
from campaigns.exceptions import CampaignsError
from campaigns.models import Delegate, DelegateRequest, StandingAuthority, Topic
from statements.answer_forms import AuthorityForm, ColleagueForm, DelegateProfileForm
from statements.services import news
from statements.views.sign_in import delegate_required

PAGE = "statements/delegate/colleagues.html"


@require_safe
@delegate_required
def colleagues(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    """For each organization of this person: its delegates, requests that wait, and its standing authority."""
    return render(request, PAGE, {"sections": [_section(row) for row in delegations]})


@require_POST
@delegate_required
def ask_for_colleague(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
    """Ask staff to let somebody in, beside the others or in place of one."""
    delegation = _own(delegations, slug)
    status = 422
    form = ColleagueForm(request.POST, colleagues=_delegates(delegation), auto_id=f"{slug}_%s")
    if form.is_valid():
        try:
            campaigns.ask_for_delegate(delegation, now=timezone.now(), **form.cleaned_data)
        except CampaignsError as exc:
            form.add_error(None, str(exc))
            status = 409
        else:
            messages.success(request, _("Our staff look at it and write to your colleague. You need do nothing more."))
            return redirect("statements:colleagues")
    return _again(request, delegations, delegation, status, colleague_form=form)


@require_POST
@delegate_required
def give_authority(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
    """Let the secretariat sign texts on some topics."""
    delegation = _own(delegations, slug)
    status = 422
    form = AuthorityForm(request.POST, auto_id=f"{slug}_%s")
    if form.is_valid():
        try:
            campaigns.give_standing_authority(delegation, now=timezone.now(), **form.cleaned_data)
        except CampaignsError as exc:
            form.add_error(None, str(exc))
            status = 409
        else:
            messages.success(request, _("The secretariat may sign texts on these topics. You get every final copy."))
            return redirect("statements:colleagues")
    return _again(request, delegations, delegation, status, authority_form=form)


@require_POST
@delegate_required
def take_back_authority(
    request: HttpRequest, delegations: list[Delegate], slug: str, authority_id: int
) -> HttpResponse:
    delegation = _own(delegations, slug)
    try:
        campaigns.take_back_authority(authority_id, delegation, now=timezone.now())
    except CampaignsError as exc:
        messages.error(request, str(exc))
    else:
        messages.success(request, _("Taken back. What was signed by it stays, unless you withdraw it."))
    return redirect("statements:colleagues")


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_required
def profile(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    """The delegate's own name, language and clock."""
    user: User = delegations[0].user
    form = DelegateProfileForm(
        request.POST if request.method == "POST" else None, instance=user, initial={"news": news.scope_of(user)}
    )
    if form.is_valid():
        if form.changed_data:
            if form.cleaned_data["news"]:
                news.choose_news(user, form.cleaned_data["news"])
            user.save(update_fields=[name for name in form.changed_data if name != "news"])
            audit.record("accounts.change_user", user, by=user, now=timezone.now(), fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("statements:profile")
    status = 422 if form.errors else 200
    return render(request, "statements/delegate/profile.html", {"form": form}, status=status)


def _again(
    request: HttpRequest,
    delegations: list[Delegate],
    chosen: Delegate,
    status: int,
    **forms: ColleagueForm | AuthorityForm,
) -> HttpResponse:
    """The page with what was written, and what is wrong with it."""
    sections = [_section(row, **(forms if row.pk == chosen.pk else {})) for row in delegations]
    form = next(iter(forms.values()))
    return render(request, PAGE, {"sections": sections, "form": form}, status=status)


def _section(delegation: Delegate, **forms: Any) -> dict[str, Any]:
    organization, slug = delegation.organization, delegation.organization.slug
    requests = DelegateRequest.objects.filter(organization=organization, state=DelegateRequest.State.WAITING)
    authorities = StandingAuthority.objects.filter(organization=organization, revoked_at=None)
    return {
        "delegation": delegation,
        "delegates": [row for row in _delegates(delegation) if row.pk != delegation.pk],
        "requests": requests.select_related("replaces__user"),
        "authorities": authorities.prefetch_related("topics"),
        "has_topics": Topic.objects.exists(),
        "colleague_form": forms.get("colleague_form")
        or ColleagueForm(
            colleagues=_delegates(delegation), auto_id=f"{slug}_%s", initial={"language": delegation.user.language}
        ),
        "authority_form": forms.get("authority_form") or AuthorityForm(auto_id=f"{slug}_authority_%s"),
    }


def _delegates(delegation: Delegate) -> list[Delegate]:
    active = Delegate.objects.active(timezone.localdate()).filter(organization=delegation.organization)
    return list(active.select_related("user").order_by("pk"))


def _own(delegations: list[Delegate], slug: str) -> Delegate:
    """The delegation for this organization; 404 for anybody else's."""
    for delegation in delegations:
        if delegation.organization.slug == slug:
            return delegation
    raise Http404
