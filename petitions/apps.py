from importlib import import_module

from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "petitions"

    def ready(self) -> None:
        for name in ("personal_data", "ledger_texts"):
            import_module(f"petitions.{name}")  # they need the models, which are there only now
        import_module("petitions.receivers").connect()
