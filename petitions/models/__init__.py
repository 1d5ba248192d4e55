"""What people say: petitions, signatures and their count."""

from petitions.models.petition import Petition, PetitionText
from petitions.models.signature import ConsentNotice, CountChange, Signature

__all__ = ["ConsentNotice", "CountChange", "Petition", "PetitionText", "Signature"]
