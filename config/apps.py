from django.apps import AppConfig

from config import checks
from config.celery import app

__all__ = ["ConfigConfig", "checks"]


class ConfigConfig(AppConfig):
    """Makes the Celery application the one that `shared_task` uses, in every process that loads the rooms."""

    name = "config"

    def ready(self) -> None:
        app.set_default()
