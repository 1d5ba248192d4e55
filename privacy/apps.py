from django.apps import AppConfig

from privacy import checks

__all__ = ["PrivacyConfig", "checks"]


class PrivacyConfig(AppConfig):
    name = "privacy"
