from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        import_module("outbox.personal_data")  # it needs the models, which are there only now
        import_module("outbox.backends")  # declares its kind to the worker, which sends no mail itself
