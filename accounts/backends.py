"""Finds a user by the fingerprint of the address, never by the address."""

from django.contrib.auth.backends import ModelBackend


class AddressBackend(ModelBackend):
    """ModelBackend under a name of its own: UserManager.get_by_natural_key does the look-up."""
