from importlib import import_module

from django.apps import AppConfig
from django.db import connection

from privacy import checks

__all__ = ["PrivacyConfig", "checks"]


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        import_module("privacy.personal_data")  # it needs the models, which are there only now
        if connection.vendor == "postgresql":
            import_module("privacy.arrays").register()
