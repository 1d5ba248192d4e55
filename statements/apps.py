from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StatementsConfig(AppConfig):
    name = "statements"

    def ready(self) -> None:
        for name in ("personal_data", "press_data", "ledger_texts"):
            import_module(f"statements.{name}")  # they need the models, which are there only now
        import_module("statements.receivers").connect()
        triggers = import_module("statements.triggers")
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="statements.triggers")
