"""The delegate's area: what waits, and co-signing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.languages import in_language
from campaigns.models import Delegate, Organization
from statements import services
from statements.exceptions import StatementsError, TextChanged
from statements.forms import CoSignForm
from statements.models import CoSignature, Invitation, Statement, Translation, Version
from statements.rendering import receipt_pdf, statement_pdf
from statements.views.sign_in import delegate_required

DONE = {Invitation.State.SIGNED, Invitation.State.DECLINED, Invitation.State.UNABLE, Invitation.State.WITHDRAWN}


# --- What waits -----------------------------------------------------------------------------------
@require_safe
@delegate_required
def home(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    """What waits first, then what was answered with its receipts, the organization and the colleagues."""
    organizations = [delegation.organization for delegation in delegations]
    invitations = list(
        Invitation.objects.filter(organization__in=organizations)
        .select_related("statement", "organization")
        .prefetch_related("statement__versions__translations", "organization__names")
        .order_by("statement__deadline")
    )
    cosignatures = {
        (row.statement_id, row.organization_id): row
        for row in CoSignature.objects.filter(organization__in=organizations).select_related("version")
    }
    now = timezone.now()
    past = [row for row in invitations if not row.waits(now)]
    past.sort(key=lambda row: row.answered_at or row.statement.deadline or row.invited_at, reverse=True)
    colleagues = list(
        Delegate.objects.active(timezone.localdate())
        .filter(organization__in=organizations)
        .exclude(user=delegations[0].user)
        .select_related("user")
    )
    may_sign = {delegation.organization_id: delegation.may_sign for delegation in delegations}
    context = {
        "delegations": [
            {
                "delegation": row,
                "names": _names(row.organization),
                "colleagues": [other for other in colleagues if other.organization_id == row.organization_id],
            }
            for row in delegations
        ],
        "waiting": [
            {"invitation": row, "may_sign": may_sign[row.organization_id]} for row in invitations if row.waits(now)
        ],
        "past": [
            {
                "invitation": row,
                "cosignature": cosignatures.get((row.statement_id, row.organization_id)),
                "is_answered": row.state in DONE,
                "is_public": row.statement.is_public(now),
            }
            for row in past
        ],
    }
    return render(request, "statements/delegate/home.html", context)


# --- One text, for one organization ---------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """One text, the organization that was asked to sign it, and the delegation of the person who looks."""

    invitation: Invitation
    delegation: Delegate

    @property
    def statement(self) -> Statement:
        return self.invitation.statement

    @property
    def organization(self) -> Organization:
        return self.delegation.organization

    @property
    def version(self) -> Version:
        """The newest version, locked. Raises Http404 before there is one."""
        version = self.statement.current_version
        if version is None or not version.digest:
            raise Http404
        return version

    def url(self, name: str, **query: str) -> str:
        """A page about this text on which the organization stays the same."""
        path = reverse(f"statements:{name}", args=[self.statement.slug])
        return f"{path}?{urlencode({'organization': self.organization.slug} | query)}"


def asked_delegate_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in delegates of an organization that was asked to sign this text; 404 for all others.

    `?organization=<slug>` says for whom they look. Where they may look for several and it is
    missing, they choose: nobody binds an organization by chance.
    """

    @wraps(view)
    @delegate_required
    def checked(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
        asked = _asked(delegations, slug, request.GET.get("organization"))
        if not asked:
            raise Http404
        if len(asked) > 1:
            context = {
                "statement": asked[0].statement,
                "choices": [{"asked": row, "url": row.url("cosign")} for row in asked],
            }
            status = 409 if request.method == "POST" else 200
            return render(request, "statements/delegate/choose.html", context, status=status)
        return view(request, asked[0])

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@asked_delegate_required
def cosign(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The exact text, and the form that binds the organization to it."""
    now = timezone.now()
    text = _text_read(asked.version, request.GET.get("text"))
    if request.method == "GET":
        services.open_invitation(asked.invitation.pk, by=asked.delegation.user, now=now)
    initial = {
        "digest": asked.version.digest,
        "signer_name": asked.delegation.user.name,
        "signer_title": asked.delegation.title,
        "authority": asked.delegation.mandate,
    }
    form = CoSignForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        organization=asked.organization.local_name,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("digest", "signer_name", "signer_title", "authority")}
            try:
                services.cosign(
                    asked.statement.pk, delegate=asked.delegation, language_read=text.language, now=now, **said
                )
            except StatementsError as exc:
                if isinstance(exc, TextChanged):
                    form.ask_again(asked.version.digest)
                form.add_error(None, str(exc))
                status = 409
            else:
                return redirect(asked.url("cosigned"))
        elif form.data.get("digest") != asked.version.digest:
            form.ask_again(asked.version.digest)
            form.add_error(
                None, _("The text has changed since you opened this page. Please read it again before you sign.")
            )
            status = 409
    return render(request, "statements/delegate/cosign.html", _cosign_page(request, asked, text, form), status=status)


def _cosign_page(request: HttpRequest, asked: Asked, text: Translation, form: CoSignForm) -> dict[str, Any]:
    now = timezone.now()
    statement, organization, version = asked.statement, asked.organization, asked.version
    invitation = Invitation.objects.get(pk=asked.invitation.pk)  # as it stands after this request
    signed = (
        CoSignature.objects.filter(statement=statement, organization=organization).select_related("version").first()
    )
    is_open = statement.accepts_cosignatures(now)
    signers = Delegate.objects.active(timezone.localdate()).filter(organization=organization, may_sign=True)
    return {
        "statement": statement,
        "version": version,
        "text": text,
        "texts": [
            {"text": row, "name": _language_name(row.language), "url": asked.url("cosign", text=row.language)}
            for row in version.translations.all()
        ],
        "text_language": _language_name(text.language),
        "authoritative": _language_name(
            next(row.language for row in version.translations.all() if row.status == Translation.Status.AUTHORITATIVE)
        ),
        "invitation": invitation,
        "delegation": asked.delegation,
        "organization": organization,
        "names": _names(organization),
        "form": form,
        "is_open": is_open,
        "signed": signed,
        "may_answer": is_open and asked.delegation.may_sign and signed is None,
        "signers": [delegate.user for delegate in signers.select_related("user") if delegate.user != request.user],
        "cosigners": [row.name_in(get_language() or "en") for row in statement.cosignatures.on(version).shown()],
        "urls": {
            "cosign": asked.url("cosign", text=text.language),
            "page": settings.SITE_URL + asked.url("cosign"),
            "decline": asked.url("decline"),
            "pdf": asked.url("delegate-pdf", text=text.language),
            "receipt": asked.url("receipt"),
        },
    }


@require_safe
@asked_delegate_required
def cosigned(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What was signed, and that the receipt is on its way."""
    context = {
        "statement": asked.statement,
        "organization": asked.organization,
        "cosignature": _cosignature(asked),
        "urls": {"cosign": asked.url("cosign"), "receipt": asked.url("receipt")},
    }
    return render(request, "statements/delegate/cosigned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@asked_delegate_required
def decline(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Say no for the organization. Only POST does; whoever signs in again on the way comes back to the text."""
    if request.method == "POST":
        try:
            services.decline(asked.statement.pk, delegate=asked.delegation, now=timezone.now())
        except StatementsError as exc:
            context = {"statement": asked.statement, "refusal": str(exc), "url": asked.url("cosign")}
            return render(request, "statements/delegate/refused.html", context, status=409)
    return redirect(asked.url("cosign"))


@require_safe
@asked_delegate_required
def text_pdf(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The locked text for a board that decides on paper."""
    text = _text_read(asked.version, request.GET.get("text"))
    pdf = statement_pdf(asked.statement, asked.version, text.language)
    return _pdf(pdf, f"{asked.statement.slug}-{text.language}.pdf")


@require_safe
@asked_delegate_required
def receipt(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The receipt as it was mailed."""
    return _pdf(receipt_pdf(_cosignature(asked)), f"{asked.statement.slug}-receipt.pdf")


def _asked(delegations: Iterable[Delegate], slug: str, organization: str | None) -> list[Asked]:
    """For whom of `delegations` this text waits or waited; only for `organization` where that is given."""
    chosen = {row.organization_id: row for row in delegations if organization in (None, row.organization.slug)}
    invitations = (
        Invitation.objects.select_related("statement", "statement__campaign", "organization")
        .prefetch_related("statement__versions__translations")
        .filter(organization__in=chosen, statement__slug=slug)
    )
    return [Asked(row, chosen[row.organization_id]) for row in invitations]


def _cosignature(asked: Asked) -> CoSignature:
    rows = CoSignature.objects.select_related("statement", "version", "organization")
    return get_object_or_404(
        rows.prefetch_related("version__translations"), statement=asked.statement, organization=asked.organization
    )


def _text_read(version: Version, language: str | None) -> Translation:
    """The version in the language asked for, else in the page's."""
    rows = list(version.translations.all())
    text = next((row for row in rows if row.language == language), None) or in_language(rows)
    if text is None:
        raise Http404
    return text


def _names(organization: Organization) -> list[tuple[str, str]]:
    """(language, name) as a co-signature would freeze them, English first."""
    names = {"en": organization.name} | {row.language: row.name for row in organization.names.all()}
    return list(names.items())


def _language_name(code: str) -> str:
    """What a language calls itself; the code of one that Django does not know."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
