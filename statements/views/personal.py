"""The page of a person who is asked to sign for themselves, by the link of the mail; no cookie, no account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.languages import in_language
from privacy.requests import cookieless
from statements import services
from statements.answer_forms import PersonalForm
from statements.exceptions import StatementsError
from statements.models import PersonalSignature


@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the exact text; only POST signs, declines or withdraws, so that a mail scanner signs for nobody."""
    signature = services.find_personal(token)
    version = signature.statement.signable_version if signature else None
    if signature is None or version is None:
        raise Http404
    text = in_language(version.translations.all(), request.GET.get("text"))
    if text is None:
        raise Http404
    said: dict[str, Any] = {"name": signature.name, "affiliation": signature.affiliation, "digest": version.digest}
    form, status, now = PersonalForm(initial=said), 200, timezone.now()
    if request.method == "POST" and "no" in request.POST:
        signature = services.answer_no(signature.pk, now=now)
    elif request.method == "POST":
        form, status = PersonalForm(request.POST), 422
        if form.is_valid():
            names = ("digest", "name", "affiliation")
            try:
                signature = services.sign_personally(
                    signature.pk, language_read=text.language, now=now, **{n: form.cleaned_data[n] for n in names}
                )
                status = 200
            except StatementsError as exc:
                form.add_error(None, str(exc))
                status = 409
    signature = PersonalSignature.objects.select_related("statement", "version").get(pk=signature.pk)
    context = {
        "signature": signature,
        "statement": signature.statement,
        "version": version,
        "text": text,
        "form": form,
        "is_open": signature.statement.accepts_cosignatures(now),
    }
    return render(request, "statements/personal.html", context, status=status)
