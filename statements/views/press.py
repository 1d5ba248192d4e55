"""What the press reads: the press page of a public statement, and a text before its embargo ends."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.languages import in_language
from privacy.public import public_page
from statements import services
from statements.block import block_of
from statements.embargo import changes_with_embargoes
from statements.models import PressImage, Preview, Statement, Version
from statements.rendering import statement_pdf

CLOSED_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@changes_with_embargoes
@public_page
@require_safe
def press_page(request: HttpRequest, slug: str) -> HttpResponse:
    statements = Statement.objects.public(timezone.now()).select_related("campaign")
    statement = get_object_or_404(statements.prefetch_related("versions__translations"), slug=slug)
    version = statement.current_version
    context = press_context(statement)
    if version is None or context["release"] is None:
        raise Http404
    return render(request, "statements/press.html", {**context, "version": version, "text": version.text})


@changes_with_embargoes
@public_page
@require_safe
def press_image(request: HttpRequest, slug: str, image_id: int) -> HttpResponse:
    """The picture as a file to keep."""
    public = Statement.objects.public(timezone.now()).filter(slug=slug)
    image = get_object_or_404(PressImage, pk=image_id, statement__in=public)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{image.file_name}"'}
    return HttpResponse(bytes(image.data), content_type=image.content_type, headers=headers)


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The text for one journalist before everybody; each visit is kept with its time, and nothing else of it."""
    found, version = _previewed(token)
    now = timezone.now()
    if request.method == "GET":
        services.note_view(found, now=now)
    statement = found.statement
    language = get_language() or "en"
    context = {
        **press_context(statement),
        "version": version,
        "text": version.text,
        "signatories": block_of(statement, version, language),
        "token": token,
        "is_public": statement.is_public(now),
    }
    response = render(request, "statements/embargo.html", context)
    for name, value in CLOSED_HEADERS.items():
        response.headers[name] = value
    return response


@require_safe
def preview_pdf(request: HttpRequest, token: str) -> HttpResponse:
    found, version = _previewed(token)
    if request.method == "GET":
        services.note_view(found, now=timezone.now())
    pdf = statement_pdf(found.statement, version, get_language() or "en")
    headers = {"Content-Disposition": f'inline; filename="{found.statement.slug}.pdf"', **CLOSED_HEADERS}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def press_context(statement: Statement) -> dict[str, Any]:
    """The release in the page's language, else in English, with approved quotes and the pictures."""
    language = get_language() or "en"
    release = in_language(statement.press_texts.all())
    images = list(statement.press_images.defer("data"))
    return {
        "statement": statement,
        "release": release,
        "contact_lines": release.contact.splitlines() if release else [],
        "quotes": list(statement.quotes.approved()),
        "images": [{"image": row, "words": row.texts.get(language) or row.texts["en"]} for row in images],
    }


def _previewed(token: str) -> tuple[Preview, Version]:
    """What the link opens. The answer to a link that does not work is the same whatever the cause."""
    found = services.preview_of(token, now=timezone.now())
    version = found.statement.current_version if found else None
    if found is None or version is None:
        raise Http404
    return found, version
