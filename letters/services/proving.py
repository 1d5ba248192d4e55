"""Files that prove a delivery: checked by what they hold, cleaned, sealed, and handed out with a line in the audit."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.models import Letter, Proof
from privacy.documents import CleanDocument, DocumentRefused, clean_document

MOST = 20  # files a letter


def add_proof(letter_id: int, *, content: bytes, by: User, now: datetime) -> Proof:
    """Keep a PDF or a picture as proof of delivery. Raises LettersError with what to send instead."""
    return keep_proof(letter_id, cleaned(content), by=by, now=now)


def cleaned(content: bytes) -> CleanDocument:
    """Look through a file, which takes a while: call it before anything is locked. Raises LettersError."""
    try:
        return clean_document(content)
    except DocumentRefused as exc:
        raise LettersError(str(exc)) from exc


@transaction.atomic
def keep_proof(letter_id: int, clean: CleanDocument, *, by: User, now: datetime) -> Proof:
    """Keep what was looked through. Raises LettersError."""
    letter = Letter.objects.select_for_update(of=["self"]).get(pk=letter_id)
    if letter.stopped_at:
        raise LettersError(_("This letter was stopped: there is nothing to prove."))
    if letter.proofs.count() >= MOST:
        raise LettersError(_("%d files are kept for this letter already.") % MOST)
    try:
        with transaction.atomic():
            proof = Proof.objects.create(
                letter=letter,
                content_type=clean.content_type,
                content=clean.data,
                size=len(clean.data),
                digest=hashlib.sha256(clean.data).hexdigest(),
                added_by=by,
                added_at=now,
            )
    except IntegrityError:
        raise LettersError(_("This very file is kept for this letter already.")) from None
    audit.record("letters.add_proof", letter, by=by, now=now, proof=proof.pk, digest=proof.digest)
    return proof


def hand_out_proof(letter_id: int, proof_id: int, *, by: User, now: datetime) -> Proof:
    """The file, with a line in the audit that this person took it. Raises Proof.DoesNotExist."""
    proof = Proof.objects.get(pk=proof_id, letter=letter_id)
    audit.record("letters.view_proof", Letter(pk=letter_id), by=by, now=now, proof=proof.pk)
    return proof
