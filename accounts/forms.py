"""Signing in at the desk, and the forms of a user."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy import throttle
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint
from privacy.network import network_hash

TRIES, TRIES_WINDOW = 20, timedelta(minutes=10)  # of one network, and for one address


class SignInForm(AdminAuthenticationForm):
    """E-mail and password of a member of staff; guessing is slowed down."""

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
        "too_many_tries": _("Too many tries. Please wait ten minutes."),
    }

    def clean(self) -> dict[str, Any]:
        if self.request is not None and not self._within_limits(self.request):
            raise forms.ValidationError(self.error_messages["too_many_tries"], code="too_many_tries")
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_active or not user.is_staff:
            raise self.get_invalid_login_error()

    def get_invalid_login_error(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["invalid_login"], code="invalid_login")

    def _within_limits(self, request: HttpRequest) -> bool:
        now = timezone.now()
        keys = [network_hash(request, now)]
        with suppress(InvalidAddress):  # nobody has it, so there is no account to protect
            keys.append(address_fingerprint(canonical(normalize(self.cleaned_data.get("username", "")))))
        within = [throttle.hit("desk-sign-in", key, limit=TRIES, per=TRIES_WINDOW, now=now) for key in keys]
        return all(within)


class _AddressForm(forms.ModelForm):
    """What adding and changing share: the address is checked, and belongs to one user."""

    email = forms.CharField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"spellcheck": "false"}))

    def clean_email(self) -> str:
        try:
            address = normalize(self.cleaned_data["email"])
        except InvalidAddress as exc:
            raise forms.ValidationError(
                _("This does not look like an e-mail address. An example: name@example.org."), code="invalid"
            ) from exc
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(email_fingerprint=address_fingerprint(canonical(address))).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."), code="taken")
        return address

    def _post_clean(self) -> None:
        """User.clean() wants an address that can be read; without one there is nothing more to say."""
        if "email" in self.cleaned_data:
            super()._post_clean()  # type: ignore[misc]


class PasswordForm(SetPasswordMixin, forms.Form):
    """A new password for somebody who forgot theirs."""

    password1, password2 = SetPasswordMixin.create_password_fields(label1=_("New password"))

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(None)
        return {"password": self.cleaned_data.get("password1")}


class UserAddForm(SetPasswordMixin, _AddressForm):
    """A new member of staff, with a first password."""

    password1, password2 = SetPasswordMixin.create_password_fields(label1=_("First password"))
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give as few as the work needs. Somebody who asks for a release cannot approve it."),
    )

    class Meta:
        model = User
        fields = ["email", "name", "language", "time_zone", "groups"]

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        return super().clean() or self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()
        self.validate_password_for_user(self.instance)

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.is_staff = True
        user.set_password(self.cleaned_data["password1"])
        if commit:
            user.save()
            self.save_m2m()
        return user


class UserChangeForm(_AddressForm):
    """A user who exists; the password has a page of its own."""

    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give as few as the work needs. Somebody who asks for a release cannot approve it."),
    )

    class Meta:
        model = User
        fields = ["email", "name", "language", "time_zone", "is_staff", "is_active", "groups"]
