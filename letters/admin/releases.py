"""Releases: every copy in view, a second person's decision, and the stop button."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts import audit, switches
from accounts.admin_fields import language_choices
from accounts.models import Switch
from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import ReasonForm, Step, step
from letters import previews, services
from letters.admin.replies import PRIVATE_REPLIES
from letters.admin_forms import TestCopyForm
from letters.answer_forms import DaysForm
from letters.browsing import browse
from letters.bundle import Bundle
from letters.copies import write_copies
from letters.exceptions import LettersError
from letters.letter_list import letters_of
from letters.models import Letter, Recipient, Release
from letters.models.letter import Progress
from letters.models.recipient import Channel
from letters.planning import Plan, plan
from letters.services.writing import in_turn
from letters.staleness import out_of_date

State = Release.State
DRY_RUN = Step(gettext_lazy("Dry run"), permission="letters.view_release")
STOPPABLE = {Progress.WAITING, Progress.SENDING, Progress.TO_DISPATCH}


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    refusals = (LettersError,)
    change_actions = ["approve", "send_back", "test_copy", "set_follow_ups", "export_ledger", "stop"]
    list_display = ["title", "state", "letter_count", "requested_by", "requested_at", "decided_by", "send_at"]
    list_filter = ["state"]
    list_select_related = ["requested_by", "decided_by"]
    search_fields = ["title", "text_digest"]
    fields = [
        "requested_by",
        "requested_at",
        "decided_by",
        "decided_at",
        "send_at",
        "leaves",
        "dated_on",
        "reply_by",
        "language_name",
        "text_digest",
        "public_url",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        releases = super().get_queryset(request).select_related("requested_by", "decided_by")
        return releases.annotate(offices=Count("recipients")) if self._is_list(request) else releases

    def _is_list(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and match.url_name == "letters_release_changelist"

    @admin.display(description=gettext_lazy("letters"))
    def letter_count(self, release: Any) -> int:
        count: int = release.offices
        return count

    @admin.display(description=gettext_lazy("preferred language"))
    def language_name(self, release: Release) -> str:
        return dict(language_choices()).get(release.language, release.language)

    @admin.display(description=gettext_lazy("when letters leave"))
    def leaves(self, release: Release) -> str:
        """In words: what was wished, whatever the cooling-off makes of it."""
        parts = []
        if release.leave_on and release.leave_time:
            parts.append(
                _("%(day)s at %(time)s, by the clocks where each office is")
                % {
                    "day": date_format(release.leave_on, "DATE_FORMAT"),
                    "time": time_format(release.leave_time, "TIME_FORMAT"),
                }
            )
        if release.not_before:
            parts.append(
                _("not before the text is public: %s")
                % previews.moment_in_words(release.not_before, settings.TIME_ZONE)
            )
        return "; ".join(parts) or _("as soon as the cooling-off period is over")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.copy_view))
        copy = path("<int:release_id>/copies/<int:recipient_id>.pdf", view, name="letters_release_copy")
        dry_run_view = self.admin_site.admin_view(require_safe(self.dry_run_view))
        dry_run = path("<int:release_id>/dry-run/", dry_run_view, name="letters_release_dry_run")
        return [copy, dry_run, *super().get_urls()]

    def copy_view(self, request: HttpRequest, release_id: int, recipient_id: int) -> HttpResponse:
        """One copy as PDF: the frozen one where there is a letter, else as it would be written now."""
        release = self.get_object(request, str(release_id))
        if release is None:
            raise Http404
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        recipients = list(release.recipients.filter(pk=recipient_id).prefetch_related("forms_of_address"))
        letter = Letter.objects.filter(release=release, recipient__in=recipients).first()
        if letter:
            return previews.file_response(letter.copy, release, request.GET.get("format", ""))
        copies, _refusals = write_copies(release, recipients)
        if recipient_id not in copies:
            raise Http404
        return previews.file_response(copies[recipient_id], release, request.GET.get("format", ""))

    # --- What stands on the page ----------------------------------------------------------------------------
    def next_step(self, request: HttpRequest, release: Release) -> str:
        if release.state == State.REQUESTED:
            if release.requested_by_id == request.user.pk:
                return _("You asked for it, so somebody else decides. Until then you can stop it.")
            if not request.user.has_perm("letters.approve_release"):
                return _("It waits for a second person who may approve letters.")
            return _("Read the copies below. Then approve them, or send the release back with a reason.")
        if release.is_cooling_off(timezone.now()):
            return ""  # the box below says it
        if release.state == State.APPROVED and release.is_scheduled:
            return _("Each letter leaves at its own moment; see the list. What has not left yet can still be stopped.")
        if release.state == State.APPROVED:
            return _("The cooling-off period is over. What has not left yet can still be stopped.")
        return ""

    def panels(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        now = timezone.now()
        context: dict[str, Any] = {}
        if release.state in {State.REQUESTED, State.APPROVED}:
            context["dry_run_url"] = reverse("admin:letters_release_dry_run", args=[release.pk])
        if release.state in {State.REQUESTED, State.REFUSED}:
            found = self._plan(release)
            address = "admin:letters_release_copy"
            context |= browse(
                release, found, request.GET.dict(), pdf_url=lambda pk: reverse(address, args=[release.pk, pk])
            )
            context["copies_count"] = len(found.rows)
            context["has_changed"] = found.differs_from(release)
            context["gone"] = len(release.copy_digests) - len(found.rows) if release.copy_digests else 0
        else:
            context |= letters_of(release, request.GET.dict(), now=now)
            context["out_of_date"] = out_of_date(timezone.localdate(now), Letter.objects.filter(release=release))
        if release.is_cooling_off(now) and release.send_at:
            context |= {
                "leaves_at": release.send_at,
                "leaves_at_iso": release.send_at.isoformat(),
                "leaves_at_words": previews.moment_in_words(release.send_at, self.person(request).time_zone),
                "time_left": previews.time_left_in_words(release.send_at - now),
            }
        return context

    def _plan(self, release: Release) -> Plan:
        """As if it were approved now; or as it was approved."""
        cooled_at = release.send_at or timezone.now() + settings.RELEASE_COOLING_OFF
        is_timed = release.state in {State.REQUESTED, State.APPROVED}
        return plan(release, in_turn(release.recipients.all()), cooled_at=cooled_at, is_timed=is_timed)

    def offers(self, request: HttpRequest, release: Release, name: str) -> bool:
        if name in {"set_follow_ups", "export_ledger"}:
            return True
        if name in {"approve", "send_back"}:
            return release.requested_by_id != request.user.pk
        if name == "test_copy":
            return True
        if release.state == State.REQUESTED:  # others send it back, with a reason
            return release.requested_by_id == request.user.pk
        return Letter.objects.filter(release=release).with_progress().in_progress(*STOPPABLE).exists()

    # --- Steps ------------------------------------------------------------------------------------------------
    @step(gettext_lazy("Approve"), permission="letters.approve_release", states=[State.REQUESTED], tone="main")
    def approve(self, request: HttpRequest, release: Release) -> str:
        count = services.approve_release(release.pk, by=self.person(request), now=timezone.now())
        if not count:
            return _("It was approved before: no further letter was written.")
        release.refresh_from_db()
        if release.is_scheduled:
            return ngettext(
                "Approved: %(count)d letter leaves at its moment, never before the cooling-off period is over.",
                "Approved: %(count)d letters leave at their moments, none before the cooling-off period is over.",
                count,
            ) % {"count": count}
        left = previews.time_left_in_words(settings.RELEASE_COOLING_OFF)
        return ngettext(
            "Approved: %(count)d letter leaves in %(left)s. Until then it can be stopped.",
            "Approved: %(count)d letters leave in %(left)s. Until then they can be stopped.",
            count,
        ) % {"count": count, "left": left}

    @step(
        gettext_lazy("Send back"),
        permission="letters.approve_release",
        states=[State.REQUESTED],
        form=ReasonForm,
        explains=gettext_lazy("No letter is written. Whoever asked reads your reason and can ask again."),
    )
    def send_back(self, request: HttpRequest, release: Release, reason: str) -> str:
        services.send_back_release(release.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Sent back.")

    @step(
        gettext_lazy("Test copy to myself"),
        permission="letters.request_release",
        states=[State.REQUESTED, State.APPROVED],
        form=TestCopyForm,
        explains=gettext_lazy(
            "One letter, exactly as it would leave, with “[Test]” before its subject, to your own address and nobody "
            "else. It counts as no letter."
        ),
        button=gettext_lazy("Send it to me"),
    )
    def test_copy(self, request: HttpRequest, release: Release, recipient: Recipient) -> str:
        services.send_test_copy(release.pk, recipient.pk, by=self.person(request), now=timezone.now())
        return _("A test copy is on its way to your own address.")

    def step_form(self, request: HttpRequest, obj: Any, name: str, form: Any) -> None:
        if name == "test_copy":
            form.fields["recipient"].queryset = obj.recipients.order_by("name")

    def dry_run_view(self, request: HttpRequest, release_id: int) -> HttpResponse:
        """What would leave when to whom, and what would not; nothing is written."""
        release = self.get_object(request, str(release_id))
        if release is None:
            raise Http404
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        found = self._plan(release)
        channels = dict(Channel.choices)
        moments = [
            {
                "moment": previews.moment_at_office(leaving),
                "own": previews.moment_in_words(leaving.at, self.person(request).time_zone),
                "count": sum(counts.values()),
                "channels": ", ".join(f"{channels[key]} {count}" for key, count in sorted(counts.items())),
            }
            for leaving, counts in found.moments()
        ]
        context = {
            "plan": found,
            "moments": moments,
            "is_paused": switches.is_on(Switch.Key.PAUSE_SENDING),
            "has_changed": release.state == State.REQUESTED and found.differs_from(release),
            "command": f"manage.py release_dry_run {release.pk} --all",
        }
        return self.step_page(request, release, DRY_RUN, "admin/letters/release/dry_run.html", context)

    @step(
        gettext_lazy("Stop"), permission="letters.stop_release", states=[State.REQUESTED, State.APPROVED], tone="halt"
    )
    def stop(self, request: HttpRequest, release: Release) -> str:
        stopped = services.stop_release(release.pk, by=self.person(request), now=timezone.now())
        return ngettext("Stopped: %d letter stays here.", "Stopped: %d letters stay here.", stopped) % stopped

    @step(
        gettext_lazy("Change the follow-ups"),
        permission="letters.change_followup",
        states=[State.REQUESTED, State.APPROVED],
        form=DaysForm,
        explains=gettext_lazy("For the letters of this release. Tasks that are there already stay."),
    )
    def set_follow_ups(self, request: HttpRequest, release: Release, days: list[int]) -> str:
        services.set_follow_up_days(release.pk, days=days, by=self.person(request), now=timezone.now())
        return _("Changed.")

    def step_initial(self, request: HttpRequest, release: Release, name: str) -> dict[str, Any]:
        return {"days": ", ".join(map(str, release.follow_up_days))} if name == "set_follow_ups" else {}

    @step(gettext_lazy("Ledger as ZIP"), permission="letters.export_release", states=[State.APPROVED, State.STOPPED])
    def export_ledger(self, request: HttpRequest, release: Release) -> StreamingHttpResponse:
        """Private replies stand in it in words, and proofs as files, only for who may see them."""
        bundle = Bundle(
            release.text_digest,
            with_private=request.user.has_perm(PRIVATE_REPLIES),
            with_proofs=request.user.has_perm("letters.view_proof"),
        )
        audit.record(
            "letters.export_ledger",
            release,
            by=self.person(request),
            now=timezone.now(),
            with_private=bundle.with_private,
            with_proofs=bundle.with_proofs,
        )
        return StreamingHttpResponse(
            bundle.chunks(),
            content_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="{bundle.name}"',
                "X-Content-Type-Options": "nosniff",
            },
        )
