from django.apps import AppConfig

from config import checks, headers
from config.celery import app

__all__ = ["ConfigConfig", "checks"]


class ConfigConfig(AppConfig):
    """Makes the Celery application the one that `shared_task` uses, and subscribes to signing out, in every process."""

    name = "config"

    def ready(self) -> None:
        app.set_default()
        headers.connect()
