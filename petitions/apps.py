from importlib import import_module

from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "petitions"

    def ready(self) -> None:
        import_module("petitions.personal_data")  # it needs the models, which are there only now
        import_module("petitions.receivers").connect()
