"""Petitions and their signatures at the desk."""

from petitions.admin.petition import PetitionAdmin
from petitions.admin.signature import SignatureAdmin

__all__ = ["PetitionAdmin", "SignatureAdmin"]
