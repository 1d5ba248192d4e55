"""Accounts under changed provider rules: whoever came in yesterday is found today."""

from django.db import transaction

from accounts.models import User
from privacy import addresses
from privacy.fingerprints import address_fingerprint


@transaction.atomic
def fold_users_anew() -> int:
    """Write the fingerprint of every account by the rules that hold now; returns how many changed.

    Two accounts that would become one keep the fingerprints they have: both are still found by one spelling each.
    """
    addresses.forget()
    transaction.on_commit(addresses.forget)
    changed = 0
    for user in User.objects.select_for_update().order_by("pk"):
        fingerprint = address_fingerprint(addresses.canonical(user.email))
        taken = User.objects.filter(email_fingerprint=fingerprint).exclude(pk=user.pk).exists()
        if bytes(user.email_fingerprint) != fingerprint and not taken:
            changed += User.objects.filter(pk=user.pk).update(email_fingerprint=fingerprint)
    return changed
