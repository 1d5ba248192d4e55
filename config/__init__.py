"""Composes the rooms into one product; nothing imports it but the processes that run it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
