"""What every answer tells a browser it may do with it; the same bytes in every process."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponse

# Django's own helper adds Expires with the present second, so that two equal answers would differ.
NEVER_STORED = "max-age=0, no-cache, no-store, must-revalidate, private"

# Everything Chromium knows that could tell of a reader or act for one, and that no page here uses.
FEATURES_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "compute-pressure",
    "cross-origin-isolated",
    "digital-credentials-create",
    "digital-credentials-get",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "interest-cohort",
    "keyboard-map",
    "language-detector",
    "language-model",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "media-playback-while-not-visible",
    "microphone",
    "midi",
    "on-device-speech-recognition",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-xhr",
    "translator",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
FEATURES_OF_OURS = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [*(f"{feature}=()" for feature in FEATURES_OFF), *(f"{feature}=(self)" for feature in FEATURES_OF_OURS)]
)

# No "cookies": the one by which a device is known again must outlive signing out.
CLEARED_ON_SIGN_OUT = '"cache", "storage"'


def security_policy(directives: Mapping[str, Sequence[str]]) -> str:
    """The Content-Security-Policy of a mapping of directives to their sources, in the order of the mapping."""
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())


def for_every_answer() -> list[tuple[str, str]]:
    """The headers of an answer whose view did not set its own."""
    return [
        ("Content-Security-Policy", security_policy(settings.CONTENT_SECURITY_POLICY)),
        ("Permissions-Policy", PERMISSIONS_POLICY),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Cache-Control", NEVER_STORED),
    ]


def note_sign_out(sender: object, request: HttpRequest | None, **kwargs: object) -> None:
    """Remember on the request that somebody signed out (receiver of user_logged_out)."""
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]


def clear_after_sign_out(request: HttpRequest, response: HttpResponse) -> None:
    """Tell the browser to drop what it kept of pages that only this person may see."""
    if getattr(request, "signed_out", False):
        response.headers["Clear-Site-Data"] = CLEARED_ON_SIGN_OUT


def connect() -> None:
    """Subscribe to signing out; called once, when the processes start."""
    user_logged_out.connect(note_sign_out, dispatch_uid="config.headers")
