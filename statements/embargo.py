"""Public pages that show statements: no copy of one lives across the moment at which an embargo ends."""

from privacy.public import changes_at
from statements.models.publication import next_embargo_end

changes_with_embargoes = changes_at(next_embargo_end)
