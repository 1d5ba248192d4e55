"""What everybody may read of a statement."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.languages import in_language
from letters.midnight import changes_at_midnight
from privacy.public import public_page
from statements import difference, story
from statements.block import block_of
from statements.canonical import canonical_text, courtesy_text
from statements.cards import statement_cards
from statements.embargo import changes_with_embargoes
from statements.models import CoSignature, Erratum, PressText, Statement, Translation, Version
from statements.rendering import statement_docx, statement_pdf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ARCHIVE_STATES = (Statement.State.ARCHIVED, Statement.State.WITHDRAWN, Statement.State.CORRECTED)


@changes_with_embargoes
@public_page
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    current = Statement.objects.public(now).exclude(state=Statement.State.ARCHIVED)
    return render(
        request,
        "statements/statement_list.html",
        {
            "statements": statement_cards(current),
            "has_archive": Statement.objects.filter(state__in=ARCHIVE_STATES).exists(),
        },
    )


@changes_with_embargoes
@public_page
@require_safe
def statement_archive(request: HttpRequest) -> HttpResponse:
    """What stands no more, or was put right: archived and withdrawn statements, and every erratum by date."""
    now = timezone.now()
    statements = Statement.objects.public(now)
    errata = Erratum.objects.filter(statement__in=statements).select_related("statement", "version")
    context = {
        "statements": statement_cards(
            statements.filter(state__in=[Statement.State.ARCHIVED, Statement.State.WITHDRAWN])
        ),
        "errata": errata.prefetch_related("statement__versions__translations").order_by("-published_at"),
    }
    return render(request, "statements/statement_archive.html", context)


@changes_at_midnight
@changes_with_embargoes
@public_page
@require_safe
def statement_detail(request: HttpRequest, slug: str) -> HttpResponse:
    statement = story.public_statement(slug)
    version = statement.current_version
    if version is None:
        raise Http404
    return render(request, "statements/statement_detail.html", detail_context(statement, version))


def detail_context(statement: Statement, version: Version) -> dict[str, Any]:
    """What the page of a statement shows, to everybody or to a journalist beforehand."""
    language = get_language() or "en"
    reported = statement.reported_signatories.all()
    block = None if statement.is_elsewhere else block_of(statement, version, language)
    letters, errata = story.letters_of(statement), list(statement.errata.select_related("version"))
    return {
        "statement": statement,
        "version": version,
        "text": version.text,
        # not "languages": that is the page in its other languages, which the head and the header list
        "translations": sorted(version.translations.all(), key=lambda row: (row.status, row.language)),
        "signed_count": block.count if block else reported.count(),
        "signatories": block,
        "reported": list(reported.shown().select_related("organization", "source")) if statement.is_elsewhere else [],
        "letters": sorted(
            (letter for letter in letters if letter.text_digest == version.digest), key=lambda row: row.office
        ),
        "errata": errata,
        "timeline": story.timeline(statement, letters, errata),
        "campaign_title": story.campaign_title(statement),
    }


@changes_with_embargoes
@public_page
@require_safe
def statement_pdf_file(request: HttpRequest, slug: str) -> HttpResponse:
    statement, version = _downloadable(slug)
    pdf = statement_pdf(statement, version, get_language() or "en")
    return _file(pdf, "application/pdf", f'inline; filename="{statement.slug}.pdf"')


@changes_with_embargoes
@public_page
@require_safe
def statement_docx_file(request: HttpRequest, slug: str) -> HttpResponse:
    statement, version = _downloadable(slug)
    docx = statement_docx(statement, version, get_language() or "en")
    return _file(docx, DOCX, f'attachment; filename="{statement.slug}.docx"')


@changes_with_embargoes
@public_page
@require_safe
def version_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a version changed, word by word, against the one that was open for co-signing before it."""
    statement = _public_statement(slug)
    versions = {row.number: row for row in statement.versions.all() if row.digest}
    version, before = versions.get(number), versions.get(number - 1)
    if version is None or before is None or not version.change:
        raise Http404
    context = {
        "statement": statement,
        "version": version,
        "before": before,
        "text": version.text,
        "differences": difference.versions(before, version),
        "is_current": version.pk == max(versions.values(), key=lambda row: row.number).pk,
    }
    return render(request, "statements/version_detail.html", context)


@changes_with_embargoes
@public_page
@require_safe
def digest_detail(request: HttpRequest, digest: str) -> HttpResponse:
    """What a digest stands for, and whether it is the current text."""
    version, courtesy = _behind(digest)
    current = max((row for row in version.statement.versions.all() if row.digest), key=lambda row: row.number)
    context = {
        "digest": digest,
        "version": version,
        "statement": version.statement,
        "text": courtesy or in_language(version.translations.all()),
        "courtesy": courtesy,
        "is_current": current.pk == version.pk,
        "current": current,
        "signed": CoSignature.objects.on(version).filter(statement=version.statement).count(),
    }
    return render(request, "statements/digest_detail.html", context)


@changes_with_embargoes
@public_page
@require_safe
def digest_text(request: HttpRequest, digest: str) -> HttpResponse:
    """The canonical text as a file whose `sha256sum` is the digest."""
    version, courtesy = _behind(digest)
    reference, texts = version.statement.reference, version.translations.all()
    text = (
        courtesy_text(reference, version.number, courtesy)
        if courtesy
        else canonical_text(reference, version.number, texts, version.form)
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _downloadable(slug: str) -> tuple[Statement, Version]:
    statement = _public_statement(slug)
    version = statement.current_version
    if version is None or not version.digest:
        raise Http404
    return statement, version


def _file(content: bytes, content_type: str, disposition: str) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


def _public_statement(slug: str) -> Statement:
    has_press = PressText.objects.filter(statement=OuterRef("pk"))
    statements = (
        Statement.objects.public(timezone.now()).select_related("campaign").annotate(has_press=Exists(has_press))
    )
    return get_object_or_404(statements.prefetch_related("versions__translations", "campaign__texts"), slug=slug)


def _behind(digest: str) -> tuple[Version, Translation | None]:
    """The public version with this digest, and the courtesy translation where the digest is of one. Raises Http404."""
    public = Version.objects.filter(statement__in=Statement.objects.public(timezone.now())).exclude(digest="")
    is_its = Q(digest=digest) | Q(translations__digest=digest, translations__status=Translation.Status.COURTESY)
    versions = public.select_related("statement").prefetch_related("translations", "statement__versions__translations")
    version = versions.filter(is_its).distinct().first()
    if version is None:
        raise Http404
    return version, next((row for row in version.translations.all() if row.digest == digest), None)
