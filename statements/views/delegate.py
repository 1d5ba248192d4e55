"""The delegate's area: what waits, and co-signing."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.languages import in_language
from campaigns.models import Delegate, Organization
from statements import difference, services
from statements.answer_forms import DeclineForm
from statements.exceptions import StatementsError, TextChanged
from statements.forms import CoSignForm
from statements.models import CoSignature, Invitation, PersonalSignature, Statement, Translation, Version
from statements.rendering import receipt_pdf, statement_pdf
from statements.views.asked import Asked, asked_delegate_required
from statements.views.sign_in import delegate_required

DECLINE_PAGE = {"title": gettext_lazy("Decline"), "button": gettext_lazy("Decline"), "tone": "quiet"}
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
    cosignatures: dict[tuple[int, int], list[CoSignature]] = {}
    signed = CoSignature.objects.filter(organization__in=organizations).select_related("version", "statement")
    for row in signed.order_by("-signed_at", "-pk"):
        cosignatures.setdefault((row.statement_id, row.organization_id), []).append(row)
    now = timezone.now()
    past = [row for row in invitations if not row.waits(now)]
    past.sort(key=lambda row: row.answered_at or row.statement.deadline or row.invited_at, reverse=True)
    colleagues = list(
        Delegate.objects.active(timezone.localdate())
        .filter(organization__in=organizations)
        .exclude(user=delegations[0].user)
        .select_related("user")
    )
    unconfirmed = [rows[0] for rows in cosignatures.values() if rows[0].stands and rows[0].confirmed_at is None]
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
        "to_confirm": [row for row in unconfirmed if row.signed_by_id != request.user.pk],
        "waiting": [
            {"invitation": row, "may_sign": may_sign[row.organization_id]} for row in invitations if row.waits(now)
        ],
        "drafts": services.texts_open_for_comments(now),
        "past": [
            {
                "invitation": row,
                "cosignatures": cosignatures.get((row.statement_id, row.organization_id), []),
                "is_answered": row.state in DONE,
                "is_public": row.statement.is_public(now),
            }
            for row in past
        ],
    }
    return render(request, "statements/delegate/home.html", context)


# --- One text, for one organization ---------------------------------------------------------------
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
        takes_confidence=not asked.statement.bars_confidential and not asked.organization.is_hidden,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            names = ("digest", "signer_name", "signer_title", "authority", "is_confidential")
            said = {name: form.cleaned_data[name] for name in names}
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
    rows = CoSignature.objects.filter(statement=statement, organization=organization)
    history = list(rows.select_related("version").order_by("-signed_at", "-pk"))
    signed = next((row for row in history if row.stands), None)
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
        "earlier": [row for row in history if not row.stands],
        "asked_again": invitation.state == Invitation.State.AGAIN,
        "differences": _differences(history[0], version, text) if history else [],
        "is_late": statement.is_late(now),
        "waits_for_second": signed is not None and signed.confirmed_at is None,
        "may_confirm": signed is not None and signed.confirmed_at is None and signed.signed_by_id != request.user.pk,
        "may_withdraw": signed is not None and asked.delegation.may_sign,
        "may_answer": is_open and asked.delegation.may_sign and signed is None,
        "may_ask": is_open and invitation.state in Invitation.OPEN_STATES,
        "questions": list(invitation.questions.select_related("asked_by")),
        "decline_form": DeclineForm(auto_id="decline_%s"),
        "signers": [delegate.user for delegate in signers.select_related("user") if delegate.user != request.user],
        "cosigners": [row.name_in(get_language() or "en") for row in statement.cosignatures.on(version).shown()],
        "unnamed_count": _unnamed_count(statement, version),
        "persons": list(PersonalSignature.objects.shown().filter(statement=statement)),
        "urls": {
            "cosign": asked.url("cosign", text=text.language),
            "page": settings.SITE_URL + asked.url("cosign"),
            "decline": asked.url("decline"),
            "pdf": asked.url("delegate-pdf", text=text.language),
            "receipt": asked.url("receipt"),
            **{name: asked.url(name) for name in ("question", "time", "unable", "forward", "withdraw", "confirm")},
        },
    }


def _unnamed_count(statement: Statement, version: Version) -> int:
    """How many stand under it confidentially; 0 where all names are hidden, which the page says."""
    if statement.names_hidden:
        return 0
    counted = statement.cosignatures.on(version)
    return int(counted.count() - counted.shown().count())


def _differences(last: CoSignature, version: Version, text: Translation) -> list[difference.TextDifference]:
    """What the text shown has changed of the one that was signed last, without what stayed; [] when nothing."""
    if last.digest == version.digest:
        return []
    return [
        replace(found, paragraphs=[paragraph for paragraph in found.paragraphs if paragraph.kind != difference.SAME])
        for found in difference.versions(last.version, version)
        if found.language == text.language and found.is_changed
    ]


@require_safe
@asked_delegate_required
def cosigned(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What was signed, and that the receipt is on its way."""
    context = {
        "statement": asked.statement,
        "organization": asked.organization,
        "cosignature": _cosignature(request, asked),
        "urls": {"cosign": asked.url("cosign"), "receipt": asked.url("receipt")},
    }
    return render(request, "statements/delegate/cosigned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@asked_delegate_required
def decline(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Say no for the organization. Only POST does; whoever signs in again on the way comes back to the text."""
    if request.method != "POST":
        return redirect(asked.url("cosign"))
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        context = {"statement": asked.statement, "form": form, "asked": asked, **DECLINE_PAGE}
        return render(request, "statements/delegate/answer.html", context, status=422)
    try:
        services.decline(
            asked.statement.pk, delegate=asked.delegation, reason=form.cleaned_data["reason"], now=timezone.now()
        )
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
    return _pdf(receipt_pdf(_cosignature(request, asked)), f"{asked.statement.slug}-receipt.pdf")


def _cosignature(request: HttpRequest, asked: Asked) -> CoSignature:
    """What the organization signed last, or the one of `?signature=`. Raises Http404."""
    rows = CoSignature.objects.select_related("statement", "version", "organization").filter(
        statement=asked.statement, organization=asked.organization
    )
    wanted = request.GET.get("signature", "")
    found = {str(row.pk): row for row in rows.prefetch_related("version__translations").order_by("signed_at", "pk")}
    row = found.get(wanted) if wanted else next(reversed(found.values()), None)
    if row is None:
        raise Http404
    return row


def _text_read(version: Version, language: str | None) -> Translation:
    """The version in the language asked for, else in the page's."""
    rows = list(version.translations.all())
    text = next((row for row in rows if row.language == language), None) or in_language(rows)
    if text is None:
        raise Http404
    return text


def _names(organization: Organization) -> list[tuple[str, str]]:
    """(language, name) as a co-signature would freeze them, English first."""
    return organization.names_on(timezone.localdate())


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
