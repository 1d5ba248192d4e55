"""The Celery application: mail and housekeeping, woken by bells and by the clock.

A task carries ids or nothing. What is due, for whom and how often it was tried stands in rows,
so a lost, repeated or doubled message costs nothing.
"""

import os
from importlib import import_module

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.logs import log_what_nobody_caught

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("outcry", task_cls="config.read_only:Task")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://localhost/",
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,  # longer than any lease; the lease in the row decides, not the broker
        "socket_connect_timeout": 0.3,
        "retry_on_timeout": False,
    }
    if settings.REDIS_URL
    else {"polling_interval": 0.2},
    broker_connection_timeout=0.3,
    task_publish_retry=False,
    task_ignore_result=True,
    result_backend=None,
    accept_content=["json"],
    task_serializer="json",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_default_queue="housekeeping",
    task_routes={"outbox.tasks.send_due_mail": {"queue": "mail"}},
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        "send due mail": {"task": "outbox.tasks.send_due_mail", "schedule": 5.0, "options": {"expires": 5.0}},
        "settle mail of dead workers": {
            "task": "outbox.tasks.recover_mail",
            "schedule": 10.0,
            "options": {"expires": 10.0},
        },
        "count signatures": {
            "task": "petitions.tasks.refresh_signature_counts",
            "schedule": float(settings.COUNT_INTERVAL),
            "options": {"expires": float(settings.COUNT_INTERVAL)},
        },
        "close petitions": {
            "task": "petitions.tasks.close_due_petitions",
            "schedule": 10.0,
            "options": {"expires": 10.0},
        },
        "mail updates": {"task": "petitions.tasks.mail_updates", "schedule": 60.0, "options": {"expires": 60.0}},
        "send the news": {"task": "campaigns.tasks.send_due_digests", "schedule": crontab(minute="*/10")},
        "audit the counts": {"task": "petitions.tasks.audit_signature_counts", "schedule": crontab(hour=18, minute=10)},
        "remind the silent": {"task": "statements.tasks.remind_the_silent", "schedule": crontab(minute="*/15")},
        "write to the drafters": {
            "task": "statements.tasks.write_drafter_digests",
            "schedule": crontab(hour=22, minute=30),
        },
        "send final copies": {"task": "statements.tasks.send_final_copies", "schedule": crontab(minute="*/15")},
        "look back from passed limits": {
            "task": "petitions.tasks.sweep_suspects",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        "stop asking for work": {"task": "petitions.tasks.calm_challenges", "schedule": crontab(minute="*/10")},
        "go on with batches": {
            "task": "petitions.tasks.work_off_batches",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        "remind of signatures": {"task": "petitions.tasks.remind_pending", "schedule": crontab(minute=20)},
        "lift embargoes": {
            "task": "statements.tasks.lift_due_embargoes",
            "schedule": 15.0,
            "options": {"expires": 15.0},
        },
        "follow up the silent": {"task": "letters.tasks.open_follow_ups", "schedule": crontab(minute=5)},
        "run the retention clocks": {"task": "privacy.tasks.run_retention", "schedule": crontab(minute=40)},
        "check the mail domain": {"task": "outbox.tasks.check_mail_domain", "schedule": crontab(hour=20, minute=25)},
        "seal the audit": {"task": "accounts.tasks.seal_audit", "schedule": 60.0, "options": {"expires": 60.0}},
        "note the head of the audit": {"task": "accounts.tasks.note_audit_head", "schedule": crontab(hour=0, minute=0)},
    },
    beat_scheduler="celery.beat:Scheduler",  # in memory: everything on the schedule may run at any time
)
app.autodiscover_tasks()

QUEUES = ("mail", "housekeeping")


@setup_logging.connect
def leave_the_logs_alone(**kwargs: object) -> None:
    """Being asked is enough: Celery then sets up nothing beside settings.LOGGING."""


@worker_init.connect
@beat_init.connect
def refuse_wrong_keys(**kwargs: object) -> None:
    """A worker under wrong keys would fail at every row: it does not start."""
    try:
        import_module("config.startup").check_keys()  # once the rooms are loaded
    except ImproperlyConfigured as exc:
        raise SystemExit(f"Outcry does not start: {exc}") from exc
    log_what_nobody_caught()
