"""Passkeys of staff and delegates: WebAuthn with user verification, which is two factors in one."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.exceptions import FactorRefused, PasskeyRefused
from accounts.models import Passkey, User
from accounts.services.notices import mail_notice
from accounts.services.second_factor import refuse_to_take_the_last
from privacy.fingerprints import fingerprint

# webauthn is imported where it is used: with its parsers of certificates it is a tenth of what a process imports.
if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

PASSKEYS_PER_USER = 10
CHALLENGE_BYTES = 32
MAX_ANSWER = 20_000  # characters; what browsers send has about 1,500
TIMEOUT = 120_000  # milliseconds that the browser waits for a finger
ISSUER = "Outcry"

REFUSED = gettext_lazy("This passkey was not accepted. Please try again, or sign in another way.")


@dataclass(frozen=True)
class Party:
    """The site as the browser sees it: its host without a port, and its whole origin."""

    host: str  # "outcry.example"
    origin: str  # "https://outcry.example"


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


# --- Making one -----------------------------------------------------------------------------------
def registration_options(user: User, *, party: Party, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.create()` is asked for, as JSON."""
    import webauthn
    from webauthn.helpers import options_to_json_dict, structs

    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=ISSUER,
        user_id=fingerprint(str(user.pk), purpose="passkey-user"),  # random to whoever finds the key
        user_name=user.email,
        user_display_name=user.get_full_name(),
        challenge=challenge,
        timeout=TIMEOUT,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user, party),
    )
    return options_to_json_dict(options) | {"extensions": {"credProps": True}}


@transaction.atomic
def add_passkey(
    user_id: int, answer: str, *, name: str, party: Party, challenge: bytes, by: User, now: datetime
) -> Passkey:
    """Keep the public half of a key that the browser has just made. Raises PasskeyRefused or FactorRefused."""
    import webauthn

    user = User.objects.select_for_update(of=["self"]).get(pk=user_id)
    if user.passkeys.count() >= PASSKEYS_PER_USER:
        raise FactorRefused(_("You have ten passkeys already. Please remove one that you do not use."))
    credential = _read(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as exc:  # the library parses bytes of strangers, and many things can be wrong with them
        raise PasskeyRefused(_("The passkey could not be added. Please try again.")) from exc
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                user=user,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                host=party.host,
                name=name,
                is_discoverable=_is_discoverable(credential),
                created_at=now,
            )
    except IntegrityError as exc:
        raise FactorRefused(_("This passkey was added before.")) from exc
    audit.record("accounts.add_passkey", user, by=by, now=now, passkey=passkey.pk)
    mail_notice(user, gettext_lazy("A passkey was added."))
    return passkey


# --- Using one ------------------------------------------------------------------------------------
def authentication_options(*, party: Party, challenge: bytes, user: User | None = None) -> dict[str, Any]:
    """What `navigator.credentials.get()` is asked for, as JSON; for a known person only their own keys."""
    import webauthn
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        timeout=TIMEOUT,
        allow_credentials=_descriptors(user, party) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def use_passkey(answer: str, *, party: Party, challenge: bytes, now: datetime) -> User:
    """Return whose passkey has answered this challenge, with finger, face or PIN. Raises PasskeyRefused.

    A key whose counter did not go on is a copy: it is refused, and written down.
    """
    import webauthn

    credential = _read(answer)
    passkey = _passkey_of(credential, party)
    try:
        proved = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=0,  # compared below, under the lock
            require_user_verification=True,
        )
    except Exception as exc:  # as above
        raise PasskeyRefused(REFUSED) from exc
    with transaction.atomic():
        passkey = Passkey.objects.select_for_update(of=["self"]).select_related("user").get(pk=passkey.pk)
        count = proved.new_sign_count
        went_on = count > passkey.sign_count or (count == 0 and passkey.sign_count == 0)
        if went_on:
            passkey.sign_count, passkey.last_used_at = count, now
            passkey.save(update_fields=["sign_count", "last_used_at"])
        else:
            audit.record("accounts.refuse_passkey", passkey.user, by=None, now=now, passkey=passkey.pk)
            mail_notice(
                passkey.user,
                gettext_lazy(
                    "A passkey of yours was refused, because its counter ran backwards: somebody may hold a copy. "
                    "Please remove it."
                ),
            )
    if not went_on or not passkey.user.is_active:
        raise PasskeyRefused(REFUSED)
    return passkey.user


# --- Keeping them ---------------------------------------------------------------------------------
@transaction.atomic
def rename_passkey(user: User, passkey_id: int, name: str, *, now: datetime) -> Passkey:
    """Give one's passkey another name. Raises FactorRefused where it is somebody else's, or none."""
    passkey = _own(user, passkey_id)
    passkey.name = name
    passkey.save(update_fields=["name"])
    audit.record("accounts.rename_passkey", user, by=user, now=now, passkey=passkey.pk)
    return passkey


@transaction.atomic
def remove_passkey(user: User, passkey_id: int, *, now: datetime) -> None:
    """Forget one's passkey. Raises FactorRefused, also for the last second factor where one is required."""
    user = User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    passkey = _own(user, passkey_id)
    others = user.passkeys.exclude(pk=passkey.pk).exists() or user.totp_devices.exclude(confirmed_at=None).exists()
    refuse_to_take_the_last(user, others=others)
    passkey.delete()
    audit.record("accounts.remove_passkey", user, by=user, now=now, passkey=passkey_id)
    mail_notice(user, gettext_lazy("A passkey was removed."))


def _own(user: User, passkey_id: int) -> Passkey:
    passkey = user.passkeys.select_for_update(of=["self"]).filter(pk=passkey_id).first()
    if passkey is None:
        raise FactorRefused(_("This passkey is not there any more."))
    return passkey


def _descriptors(user: User, party: Party) -> list["PublicKeyCredentialDescriptor"]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    ids = user.passkeys.filter(host=party.host).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=bytes(row)) for row in ids]


def _read(answer: str) -> dict[str, Any]:
    """The JSON that the browser sent."""
    try:
        credential = json.loads(answer) if len(answer) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise PasskeyRefused(REFUSED)
    return credential


def _passkey_of(credential: dict[str, Any], party: Party) -> Passkey:
    from webauthn.helpers import base64url_to_bytes

    try:
        credential_id = base64url_to_bytes(credential["id"])
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise PasskeyRefused(REFUSED) from exc
    passkey = Passkey.objects.filter(credential_id=credential_id, host=party.host).first()
    if passkey is None:
        raise PasskeyRefused(REFUSED)
    return passkey


def _is_discoverable(credential: dict[str, Any]) -> bool:
    """What the browser says of it; without a word, that it is."""
    results = credential.get("clientExtensionResults")
    properties = results.get("credProps") if isinstance(results, dict) else None
    return not (isinstance(properties, dict) and properties.get("rk") is False)
