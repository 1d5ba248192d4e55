from importlib import import_module

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "statements"

    def ready(self) -> None:
        import_module("statements.press_data")  # it needs the models, which are there only now
