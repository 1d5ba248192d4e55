from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StatementsConfig(AppConfig):
    name = "statements"

    def ready(self) -> None:
        from statements import triggers  # needs the models, which are there only now

        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="statements.triggers")
