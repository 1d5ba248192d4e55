"""The text of a statement in the ledger of its letters, and the digest by which a command names it."""

from django.db.models import QuerySet

from letters.bundle import register_texts
from letters.models import Release
from statements.canonical import canonical_text
from statements.models import Version

KIND = "statement"


def files(about: str) -> list[tuple[str, bytes]]:
    """The canonical text, whose SHA-256 is the digest, and the text of each language as it was typed."""
    digest = about.partition(":")[2]
    version = Version.objects.select_related("statement").filter(digest=digest).first()
    if version is None:
        return []
    texts = list(version.translations.all())
    canonical = canonical_text(version.statement.reference, version.number, texts, version.form)
    return [(f"{digest}.txt", canonical.encode())]


def digests_of(slug: str) -> list[str]:
    """The digests of a statement's versions about which letters were released, oldest first."""
    versions: QuerySet[Version] = Version.objects.filter(statement__slug=slug).exclude(digest="").order_by("number")
    released = set(Release.objects.filter(about__startswith=f"{KIND}:").values_list("text_digest", flat=True))
    return [version.digest for version in versions if version.digest in released]


register_texts(KIND, files)
