"""In which file a letter goes with its mail, or is printed: what the office says it takes."""

from letters.models import Recipient

PDF, DOCX = "pdf", "docx"


def formats_of(recipient: Recipient) -> tuple[str, ...]:
    """What can be made for this office of what it takes, the best first; a PDF where it says nothing of files."""
    taken = getattr(recipient, "accepts_formats", None) or []
    return tuple(known for known in (PDF, DOCX) if known in taken) or (PDF,)
