"""Updates at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.stateful_admin import LanguageInline, StatefulAdmin
from accounts.steps import ReasonForm, WhyForm, step
from letters.rendering import render_markdown
from petitions import services
from petitions.admin.signature import PetitionFilter
from petitions.exceptions import PetitionsError
from petitions.models import Petition, Update, UpdateText

State = Update.State


class UpdateTextInline(LanguageInline):
    model = UpdateText
    parent_link = "update"


def _may_write(update: Update | None) -> bool:
    return update is None or update.state == State.DRAFT


@admin.register(Update)
class UpdateAdmin(StatefulAdmin):
    refusals = (PetitionsError,)
    change_actions = ["submit", "publish", "send_back", "stop_mails"]
    list_display = ["__str__", "petition", "state", "author", "published_at"]
    list_filter = ["state", PetitionFilter]
    list_select_related = ["author", "petition"]
    fields = ["petition"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Update]:
        updates = super().get_queryset(request).select_related("author", "petition")
        return updates.prefetch_related("texts", "petition__texts")

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [UpdateTextInline] if _may_write(obj) and self.has_change_permission(request) else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if _may_write(obj) else ["petition"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "petition":
            kwargs["queryset"] = Petition.objects.prefetch_related("texts")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.author = self.person(request)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            services.note_update_writer(form.instance.pk, by=self.person(request))

    def public_url(self, update: Update) -> str:
        if update.state != State.PUBLISHED:
            return ""
        return reverse("petitions:update", args=[update.petition.slug, update.pk])

    def next_step(self, request: HttpRequest, update: Update) -> str:
        mine = update.was_written_by(self.person(request).pk)
        if update.state == State.DRAFT:
            return _("Submit it when it is complete. Somebody else then publishes it.")
        if update.state == State.IN_REVIEW and mine:
            return _("You wrote it, so somebody else publishes it or sends it back. Until then its text is fixed.")
        if update.state == State.IN_REVIEW:
            people = services.recipients_of(update).count()
            return (
                ngettext(
                    "Read it below. Published, it stands on the petition’s page and goes to %d person by e-mail.",
                    "Read it below. Published, it stands on the petition’s page and goes to %d people by e-mail.",
                    people,
                )
                % people
            )
        return _mail_sentence(update)

    def panels(self, request: HttpRequest, update: Update) -> dict[str, Any]:
        rows = sorted(update.texts.all(), key=lambda row: row.language != "en")
        return {
            "texts": [
                {
                    "language": row.language,
                    "label": "",
                    "title": row.title,
                    "summary": "",
                    "html": render_markdown(row.body, heading_offset=2, footnote_prefix=f"{row.language}-"),
                }
                for row in rows
            ]
        }

    def offers(self, request: HttpRequest, update: Update, name: str) -> bool:
        if name == "stop_mails":
            return update.mail_stopped_at is None
        return name != "publish" or not update.was_written_by(self.person(request).pk)

    @step(gettext_lazy("Submit for review"), permission="petitions.change_update", states=[State.DRAFT], tone="main")
    def submit(self, request: HttpRequest, update: Update) -> str:
        services.submit_update(update.pk, by=self.person(request), now=timezone.now())
        return _("Submitted. Somebody else now reads and publishes it.")

    @step(gettext_lazy("Publish"), permission="petitions.publish_update", states=[State.IN_REVIEW], tone="main")
    def publish(self, request: HttpRequest, update: Update) -> str:
        services.publish_update(update.pk, by=self.person(request), now=timezone.now())
        return _("Published. Its mails are written from now on, some hundreds a minute.")

    @step(
        gettext_lazy("Send back"),
        permission="petitions.publish_update",
        states=[State.IN_REVIEW],
        form=ReasonForm,
        explains=gettext_lazy("The update becomes a draft again, and its author reads your reason."),
    )
    def send_back(self, request: HttpRequest, update: Update, reason: str) -> str:
        services.send_back_update(update.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Sent back to its author.")

    @step(
        gettext_lazy("Stop the mails"),
        permission="petitions.publish_update",
        states=[State.PUBLISHED],
        form=WhyForm,
        explains=gettext_lazy(
            "No further mail of this update is written, and those not yet sent are cancelled, for good. It stays on "
            "the petition’s page. Who received it already keeps it."
        ),
        tone="stop",
    )
    def stop_mails(self, request: HttpRequest, update: Update, reason: str) -> str:
        count = services.stop_update_mails(update.pk, by=self.person(request), reason=reason, now=timezone.now())
        return ngettext("Stopped; %d mail was cancelled.", "Stopped; %d mails were cancelled.", count) % count


def _mail_sentence(update: Update) -> str:
    progress = services.progress_of(update)
    said = _("Mails: %(written)d of %(asked)d written, %(sent)d sent.") % {
        "written": progress.written,
        "asked": progress.asked,
        "sent": progress.sent,
    }
    if progress.failed:
        said += " " + _("Not sent: %d.") % progress.failed
    if update.mail_stopped_at:
        said += " " + _("Staff stopped the mails.")
    return said
