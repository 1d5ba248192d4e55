"""In which file a letter goes with its mail, or is printed: what the office says it takes."""

from letters.models import Recipient
from letters.models.recipient import Format

PDF, DOCX = Format.PDF.value, Format.DOCX.value


def formats_of(recipient: Recipient) -> tuple[str, ...]:
    """What can be made for this office of what it takes, the best first; a PDF where it says nothing of files."""
    return tuple(known for known in (PDF, DOCX) if known in recipient.accepts_formats) or (PDF,)
