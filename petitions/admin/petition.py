"""Petitions at the desk."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import LanguageInline, StatefulAdmin
from accounts.steps import ConfirmForm, ReasonForm, WhyForm, step
from campaigns.models import Campaign
from letters.rendering import render_markdown
from petitions import services
from petitions.admin.forms import ExtendForm, NoteForm, PetitionForm
from petitions.exceptions import PetitionsError
from petitions.figures import next_goal
from petitions.models import Petition, PetitionText

State = Petition.State
STILL_WRITTEN = (State.DRAFT, State.IN_REVIEW)


class PetitionTextInline(LanguageInline):
    model = PetitionText
    parent_link = "petition"


def _may_write(petition: Petition | None) -> bool:
    """Only while it is a draft: what is published is what was read in review."""
    return petition is None or petition.state == State.DRAFT


@admin.register(Petition)
class PetitionAdmin(StatefulAdmin):
    form = PetitionForm
    refusals = (PetitionsError,)
    change_actions = [
        "submit",
        "publish",
        "send_back",
        "ask_challenge",
        "stop_challenge",
        "hide_names",
        "show_names",
        "begin_duty_of_care",
        "end_duty_of_care",
        "extend",
        "close",
        "deliver",
        "archive",
    ]
    list_display = ["__str__", "state", "signature_count", "goal", "closes_at", "author"]
    list_filter = ["state"]
    list_select_related = ["author"]
    search_fields = ["slug", "texts__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Petition]:
        return super().get_queryset(request).select_related("author").prefetch_related("texts")

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Boxes to write in, while it may be written; after that the text is read below."""
        return [PetitionTextInline] if _may_write(obj) and self.has_change_permission(request) else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        main = [
            "campaign",
            "slug",
            "goal",
            ("opens_at", "closes_at"),
            "time_zone",
            "duty_of_care",
            "allows_shared_addresses",
        ]
        if obj is not None:
            main += ["author", "signature_count"]
        return [(None, {"fields": main}), (gettext_lazy("Addressed to"), {"fields": ["recipients"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["author", "signature_count"]
        if obj is None or _may_write(obj):
            return fixed
        fixed += ["campaign", "slug", "opens_at", "closes_at", "time_zone", "duty_of_care", "recipients"]
        fixed += ["allows_shared_addresses"]  # who signed before would be somebody new
        return fixed if obj.state == State.OPEN else [*fixed, "goal"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.prefetch_related("texts")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.author = self.person(request)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            services.note_writer(form.instance.pk, by=self.person(request))

    def public_url(self, petition: Petition) -> str:
        if petition.state in STILL_WRITTEN:
            return ""
        return reverse("petitions:detail", args=[petition.slug])

    def next_step(self, request: HttpRequest, petition: Petition) -> str:
        mine = petition.was_written_by(self.person(request).pk)
        if petition.state == State.DRAFT:
            return _("Submit it when text, offices and dates are complete. Somebody else then publishes it.")
        if petition.state == State.IN_REVIEW and mine:
            return _("You wrote it, so somebody else publishes it or sends it back. Until then its text is fixed.")
        if petition.state == State.IN_REVIEW:
            return _("Read the text below as supporters will. Then publish it, or send it back with a reason.")
        if petition.state == State.OPEN:
            return " ".join([_open_sentence(petition), *_defence_sentences(petition)])
        said = _("%d people signed.") % petition.signature_count
        if petition.state == State.CLOSED:
            return said + " " + _("Next: note that it was delivered, once it was, or archive it.")
        return said

    def panels(self, request: HttpRequest, petition: Petition) -> dict[str, Any]:
        rows = sorted(petition.texts.all(), key=lambda row: row.language != "en")
        return {
            "texts": [
                {
                    "language": row.language,
                    "label": "",
                    "title": row.title,
                    "summary": row.summary,
                    "html": render_markdown(row.body, heading_offset=2, footnote_prefix=f"{row.language}-"),
                }
                for row in rows
            ],
            "lists": [
                (label, f"{reverse(f'admin:petitions_{model}_changelist')}?petition={petition.pk}")
                for model, label in (("update", _("Its updates")), ("milestone", _("Its milestones")))
                if request.user.has_perm(f"petitions.view_{model}")
            ],
            "signatures_url": (
                f"{reverse('admin:petitions_signature_changelist')}?petition={petition.pk}"
                if request.user.has_perm("petitions.view_signature")
                else ""
            ),
        }

    def offers(self, request: HttpRequest, petition: Petition, name: str) -> bool:
        if name in {"ask_challenge", "stop_challenge"}:
            return (name == "stop_challenge") == (petition.challenge_since is not None)
        if name in {"hide_names", "show_names"}:
            return petition.state not in STILL_WRITTEN and petition.names_hidden == (name == "show_names")
        if name in {"begin_duty_of_care", "end_duty_of_care"}:
            return petition.state not in STILL_WRITTEN and petition.duty_of_care == (name == "end_duty_of_care")
        if name == "extend":
            return petition.closes_at is not None and petition.closes_at > timezone.now()
        return name != "publish" or not petition.was_written_by(self.person(request).pk)

    @step(gettext_lazy("Submit for review"), permission="petitions.change_petition", states=[State.DRAFT], tone="main")
    def submit(self, request: HttpRequest, petition: Petition) -> str:
        services.submit_petition(petition.pk, by=self.person(request), now=timezone.now())
        return _("Submitted. Somebody else now reads and publishes it.")

    @step(gettext_lazy("Publish"), permission="petitions.publish_petition", states=[State.IN_REVIEW], tone="main")
    def publish(self, request: HttpRequest, petition: Petition) -> str:
        services.publish_petition(petition.pk, by=self.person(request), now=timezone.now())
        return _("Published. Its page is public now.")

    @step(
        gettext_lazy("Send back"),
        permission="petitions.publish_petition",
        states=[State.IN_REVIEW],
        form=ReasonForm,
        explains=gettext_lazy("The petition becomes a draft again, and its author reads your reason."),
    )
    def send_back(self, request: HttpRequest, petition: Petition, reason: str) -> str:
        services.send_back_petition(petition.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Sent back to its author.")

    @step(
        gettext_lazy("Ask for proof of work"),
        permission="petitions.challenge_petition",
        states=[State.OPEN],
        form=NoteForm,
        explains=gettext_lazy(
            "Until you stop it, every browser makes a little calculation before a signature of this petition is taken; "
            "without JavaScript one waits half a minute instead. Use it while robots fill in the form."
        ),
    )
    def ask_challenge(self, request: HttpRequest, petition: Petition, reason: str) -> str:
        services.set_challenge(petition.pk, True, by=self.person(request), reason=reason, now=timezone.now())
        return _("Signing this petition asks for a proof of work now.")

    @step(gettext_lazy("Stop asking"), permission="petitions.challenge_petition", states=[State.OPEN])
    def stop_challenge(self, request: HttpRequest, petition: Petition) -> str:
        services.set_challenge(petition.pk, False, by=self.person(request), now=timezone.now())
        return _("Signing this petition asks for no proof of work any more.")

    def step_initial(self, request: HttpRequest, obj: Petition, name: str) -> dict[str, Any]:
        if name != "extend" or obj.closes_at is None:
            return {}
        wall = obj.closes_at.astimezone(ZoneInfo(obj.time_zone)).replace(tzinfo=None)
        return {"closes_at": wall, "time_zone": obj.time_zone}

    @step(
        gettext_lazy("Let it close later"),
        permission="petitions.publish_petition",
        states=[State.OPEN],
        form=ExtendForm,
        explains=gettext_lazy(
            "Date and time are those of the petition’s time zone. Its page says the new end at once."
        ),
    )
    def extend(self, request: HttpRequest, petition: Petition, closes_at: datetime) -> str:
        services.extend_petition(petition.pk, closes_at=closes_at, by=self.person(request), now=timezone.now())
        return _("It closes later now.")

    @step(
        gettext_lazy("Note as delivered"),
        permission="petitions.publish_petition",
        states=[State.CLOSED],
        form=ConfirmForm,
        explains=gettext_lazy(
            "The page then says to which offices it was delivered, on which day and with how many signatures. "
            "Nothing is sent by this."
        ),
        tone="main",
    )
    def deliver(self, request: HttpRequest, petition: Petition) -> str:
        services.deliver_petition(petition.pk, by=self.person(request), now=timezone.now())
        return _("Noted as delivered.")

    @step(
        gettext_lazy("Archive"),
        permission="petitions.publish_petition",
        states=[State.CLOSED, State.DELIVERED],
        form=ConfirmForm,
        explains=gettext_lazy("Its page stays as it is and says that nothing more comes. This cannot be undone."),
    )
    def archive(self, request: HttpRequest, petition: Petition) -> str:
        services.archive_petition(petition.pk, by=self.person(request), now=timezone.now())
        return _("Archived.")

    @step(
        gettext_lazy("Begin duty of care"),
        permission="petitions.hide_names_petition",
        form=WhyForm,
        explains=gettext_lazy(
            "From now on the page shows no names, comments or countries, the count is that of the day before, and the "
            "form no longer asks how a name may appear. Nothing is deleted."
        ),
    )
    def begin_duty_of_care(self, request: HttpRequest, petition: Petition, reason: str) -> str:
        services.set_duty_of_care(petition.pk, True, by=self.person(request), reason=reason, now=timezone.now())
        return _("The petition is under duty of care. Copies that others made before are out of our reach.")

    @step(
        gettext_lazy("End duty of care"),
        permission="petitions.hide_names_petition",
        form=WhyForm,
        explains=gettext_lazy("Names and comments of those who chose to be seen, and countries, are public again."),
    )
    def end_duty_of_care(self, request: HttpRequest, petition: Petition, reason: str) -> str:
        services.set_duty_of_care(petition.pk, False, by=self.person(request), reason=reason, now=timezone.now())
        return _("Duty of care has ended.")

    @step(
        gettext_lazy("Close the petition"),
        permission="petitions.publish_petition",
        states=[State.OPEN],
        form=ConfirmForm,
        explains=gettext_lazy(
            "From this second on nobody can sign. Who signed already can still confirm for 24 hours. "
            "A closed petition is not opened again."
        ),
        button=gettext_lazy("Close the petition"),
        tone="stop",
    )
    def close(self, request: HttpRequest, petition: Petition) -> str:
        services.close_petition(petition.pk, by=self.person(request), now=timezone.now())
        return _("Closed.")

    @step(
        gettext_lazy("Hide all names"),
        permission="petitions.hide_names_petition",
        form=WhyForm,
        explains=gettext_lazy(
            "No name under this petition is shown to anybody outside any more, within seconds. The count stays, and so "
            "do the signatures. You can show the names again later."
        ),
        tone="stop",
    )
    def hide_names(self, request: HttpRequest, petition: Petition, reason: str) -> str:
        services.hide_names(petition.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("The names are hidden. Copies that others made before are out of our reach.")

    @step(
        gettext_lazy("Show the names again"),
        permission="petitions.hide_names_petition",
        form=WhyForm,
        explains=gettext_lazy("The names of those who chose to be seen are public again, within seconds."),
    )
    def show_names(self, request: HttpRequest, petition: Petition, reason: str) -> str:
        services.show_names(petition.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("The names are shown again.")


def _open_sentence(petition: Petition) -> str:
    said = _("%(count)d people signed; the next goal is %(goal)d.") % {
        "count": petition.signature_count,
        "goal": next_goal(petition.goal, petition.signature_count),
    }
    if petition.closes_at:
        closes = petition.closes_at.astimezone(ZoneInfo(petition.time_zone))
        when = date_format(closes, "DATETIME_FORMAT")
        said += " " + _("It closes on %(when)s (%(zone)s).") % {"when": when, "zone": petition.time_zone}
    return said


def _defence_sentences(petition: Petition) -> list[str]:
    said = []
    if petition.challenge_since:
        since = date_format(petition.challenge_since.astimezone(ZoneInfo(petition.time_zone)), "DATETIME_FORMAT")
        said.append(
            _("Signing asks for a proof of work since %(when)s (%(zone)s).")
            % {"when": since, "zone": petition.time_zone}
        )
    if trapped := services.trapped_count(petition, now=timezone.now()):
        said.append(_("Forms that robots filled in within a day, and that were put aside: %d.") % trapped)
    return said
