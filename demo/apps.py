from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self) -> None:
        import_module("demo.checks")  # needs the models, and registers itself
