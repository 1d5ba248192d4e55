from importlib import import_module

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"

    def ready(self) -> None:
        import_module("letters.personal_data")  # it needs the models, which are there only now
