"""Signing in at the desk, one's own account, and the forms of a user."""

from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import device_cookie, throttle
from accounts.admin_fields import time_zone_choices
from accounts.exceptions import TooManyTries
from accounts.models import User
from accounts.roles import alone
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint
from privacy.text import AddressField, OneLineField


# --- Signing in -----------------------------------------------------------------------------------
class SignInForm(AdminAuthenticationForm):
    """E-mail and password of a member of staff; guessing is slowed down, and every refusal reads the same."""

    username = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username", "spellcheck": "false"}),
        error_messages={"required": _("Please write your e-mail address.")},
    )
    error_messages = {
        "invalid_login": _(
            "This e-mail address and password do not fit together, or are not those of a member of staff."
        ),
        "inactive": _("This account is not in use any more."),
    }

    def __init__(self, request: HttpRequest, **kwargs: Any):
        super().__init__(request, **kwargs)
        self.visit = request

    def clean(self) -> dict[str, Any]:
        now, account = timezone.now(), None
        with suppress(InvalidAddress):  # nobody has it, so there is no account to protect
            account = address_fingerprint(canonical(normalize(self.cleaned_data.get("username", ""))))
        try:
            throttle.count_try(account, device_cookie.source(self.visit, account, now=now), now=now)
        except TooManyTries as exc:
            raise forms.ValidationError(str(exc), code="too_many_tries") from exc
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_active or not user.is_staff:
            raise self.get_invalid_login_error()

    def get_invalid_login_error(self) -> forms.ValidationError:
        throttle.note_refusal("password")  # whose is not looked up: every address costs the same
        return forms.ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class AuthenticatorCodeForm(forms.Form):
    """The six digits that the app shows now."""

    code = OneLineField(
        label=_("Code from the app"),
        max_length=20,
        help_text=_("Six digits."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        error_messages={
            "required": _("Please write the code that the app shows."),
            "max_length": _("This is too long for a code, which has six digits."),
        },
    )


class RecoveryCodeForm(forms.Form):
    """One of the ten codes on paper."""

    recovery_code = OneLineField(
        label=_("Recovery code"),
        max_length=40,
        help_text=_("Twelve letters and digits; each code works once."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": _("Please write one of your recovery codes."),
            "max_length": _("This is too long for a recovery code."),
        },
    )


class KeptForm(forms.Form):
    """That the recovery codes are in a safe place."""

    kept = forms.BooleanField(
        label=_("I have kept these codes where I find them again without this device."),
        error_messages={"required": _("Please keep the codes first, then tick this box.")},
    )


class PasskeyNameForm(forms.Form):
    """What the person calls a passkey, to know it again in the list."""

    name = OneLineField(
        label=_("Name of the passkey"),
        max_length=80,
        help_text=_("So that you know it again: “Work laptop”, say."),
        error_messages={
            "required": _("Please give the passkey a name."),
            "max_length": _("Please shorten the name to 80 characters."),
        },
    )


# --- One's own account ----------------------------------------------------------------------------
class PasswordForm(SetPasswordMixin, forms.Form):
    """A new password, written twice."""

    password1, password2 = SetPasswordMixin.create_password_fields(label1=_("New password"))

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return self.cleaned_data | {"password": self.cleaned_data.get("password1")}


class AcceptInvitationForm(PasswordForm):
    """Name and first password of somebody who was invited."""

    name = OneLineField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As your colleagues see it, in the history too."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Please write your name."),
            "max_length": _("Please shorten the name to 150 characters."),
        },
    )
    field_order = ["name", "password1", "password2"]


class OwnPasswordForm(PasswordForm):
    """One's own new password, with the present one as proof."""

    old_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please write your present password.")},
    )
    field_order = ["old_password", "password1", "password2"]


class OwnSettingsForm(forms.ModelForm):
    """How the desk speaks to this person, and by which clock."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)

    class Meta:
        model = User
        fields = ["language", "time_zone"]


# --- Users, as administrators see them --------------------------------------------------------------
class _AddressForm(forms.ModelForm):
    """What inviting and changing share: the address is checked, and belongs to one user; roles that go together."""

    email = AddressField(label=_("E-mail"))

    def clean_email(self) -> str:
        address = self.cleaned_data["email"]
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(email_fingerprint=address_fingerprint(canonical(address))).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."), code="taken")
        return address

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        if role := alone([group.name for group in groups]):
            raise forms.ValidationError(
                _("“%(role)s” goes with no other role: whoever makes accounts does none of the campaign's work."),
                code="alone",
                params={"role": role},
            )
        return groups

    def _post_clean(self) -> None:
        """User.clean() wants an address that can be read; without one there is nothing more to say."""
        if "email" in self.cleaned_data:
            super()._post_clean()  # type: ignore[misc]


def _roles_field() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give as few as the work needs. Somebody who asks for a release cannot approve it."),
    )


class UserAddForm(_AddressForm):
    """An invitation for a new member of staff, who sets name and password."""

    name = OneLineField(label=_("Name"), max_length=150, required=False)
    groups = _roles_field()

    class Meta:
        model = User
        fields = ["email", "name", "language", "time_zone", "groups"]


class UserChangeForm(_AddressForm):
    """A user who exists. Nobody but the person knows the password."""

    groups = _roles_field()

    class Meta:
        model = User
        fields = ["email", "name", "language", "time_zone", "is_staff", "is_active", "groups"]
