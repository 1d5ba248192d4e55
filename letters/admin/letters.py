"""Letters, the deliveries that staff make, and replies."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry, User
from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import step
from letters import previews, services
from letters.admin_forms import DispatchForm, KnowledgeForm, ReplyChangeForm, ReplyForm
from letters.exceptions import LettersError
from letters.models import Dispatch, Letter, Release, Reply
from letters.models.letter import Progress
from outbox.exceptions import in_words

PRIVATE_REPLIES = "letters.read_private_reply"


class ProgressFilter(admin.SimpleListFilter):
    title = gettext_lazy("progress")
    parameter_name = "progress"
    TROUBLE = "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.TROUBLE, _("failed or uncertain")), *[(p.value, str(p.label)) for p in Progress]]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == self.TROUBLE:
            return queryset.in_trouble()
        return queryset.filter(progress=self.value()) if self.value() in Progress.values else queryset


class AnsweredFilter(admin.SimpleListFilter):
    title = gettext_lazy("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("something came back")), ("no", _("silent"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        replied = Exists(Reply.objects.filter(letter=OuterRef("pk")))
        if self.value() == "yes":
            return queryset.filter(replied)
        return queryset.filter(~replied, left_at__isnull=False) if self.value() == "no" else queryset


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    refusals = (LettersError,)
    change_actions = ["record_reply", "confirm_arrival", "send_again"]
    list_display = ["reference", "recipient", "title", "channel", "progress", "left", "came_back"]
    list_filter = [ProgressFilter, AnsweredFilter, "channel", "language"]
    search_fields = ["reference", "recipient__name", "release__title"]
    state_field = "progress"
    fields = [
        "recipient",
        "release_link",
        "channel",
        "language",
        "reference",
        "created_at",
        "leaves_at",
        "copy_digest",
        "pdf_digest",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        letters: Any = super().get_queryset(request)
        joined = letters.with_progress().select_related("recipient", "release", "email", "dispatch__done_by")
        return joined.defer("release__signatories", "release__senders", "email__payload").prefetch_related("replies")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.pdf_view))
        return [path("<int:letter_id>/letter.pdf", view, name="letters_letter_pdf"), *super().get_urls()]

    def pdf_view(self, request: HttpRequest, letter_id: int) -> HttpResponse:
        if not (self.has_view_permission(request) or request.user.has_perm("letters.view_dispatch")):
            raise PermissionDenied
        letter = Letter.objects.select_related("release").filter(pk=letter_id).first()
        if letter is None:
            raise Http404
        return previews.file_response(letter.copy, letter.release, request.GET.get("format", ""))

    @admin.display(description=gettext_lazy("text"))
    def title(self, letter: Letter) -> str:
        return letter.release.title

    @admin.display(description=gettext_lazy("release"))
    def release_link(self, letter: Letter) -> str:
        url = reverse("admin:letters_release_change", args=[letter.release_id])
        return format_html('<a href="{}">{}</a>', url, letter.release.title)

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, letter: Letter) -> str:
        return _mark(letter)

    @admin.display(description=gettext_lazy("left"), ordering="left_at")
    def left(self, letter: Any) -> Any:
        return letter.left_at

    @admin.display(description=gettext_lazy("came back"))
    def came_back(self, letter: Letter) -> str:
        replies = list(letter.replies.all())
        if replies:
            last = replies[-1]
            return f"{last.get_kind_display()}, {date_format(last.received_on, 'DATE_FORMAT')}"
        days = letter.days_of_silence(timezone.now())
        return "–" if days is None else _("silent for %d days") % days

    def state_label(self, letter: Letter) -> str:
        return capfirst(letter.progress_label)

    def next_step(self, request: HttpRequest, letter: Any) -> str:
        if letter.progress == Progress.UNCERTAIN:
            return _(
                "The connection broke while the message was handed over: it may have arrived. The machine does not "
                "send a second copy. Ask the office, or look into the mail server's log; then settle it here."
            )
        if letter.progress == Progress.FAILED:
            return _(
                "The mail server refused it: see its answer below. Correct the address of the office and ask again."
            )
        if letter.progress == Progress.TO_DISPATCH:
            return _("A person delivers this letter: print the PDF, then record the delivery.")
        if letter.left_at and not letter.replies.all():
            return _("silent for %d days").capitalize() % (letter.days_of_silence(timezone.now()) or 0) + "."
        return ""

    def history_of(self, letter: Any) -> QuerySet[AuditEntry]:
        """Of the letter, its release, its delivery and its replies: what a reader takes for one story."""
        about = [("letters.letter", [letter.pk]), ("letters.release", [letter.release_id])]
        about.append(("letters.reply", [reply.pk for reply in letter.replies.all()]))
        if hasattr(letter, "dispatch"):
            about.append(("letters.dispatch", [letter.dispatch.pk]))
        wanted = Q()
        for object_type, ids in about:
            wanted |= Q(object_type=object_type, object_id__in=ids)
        return AuditEntry.objects.filter(wanted).select_related("by")

    def panels(self, request: HttpRequest, letter: Any) -> dict[str, Any]:
        email = letter.email
        evidence = []
        if email:
            evidence = [
                (_("Due"), email.due_at),
                (_("Attempts"), email.attempts),
                (_("Handed over"), email.data_begun_at),
                (_("Mail server"), email.server),
                (_("Accepted"), email.sent_at),
                (_("Delivered"), email.delivered_at),
                (_("Came back"), email.bounced_at),
                (_("Answer of the mail server"), in_words(email.server_reply)),
                (_("Message-ID"), email.message_id),
            ]
        dispatch = getattr(letter, "dispatch", None)
        if dispatch:
            evidence = [
                (_("Due"), dispatch.due_on),
                (_("Delivered"), dispatch.done_at),
                (_("Delivered by"), dispatch.done_by),
                (_("Evidence"), dispatch.evidence),
            ]
        return {
            "evidence": evidence,
            "dispatch": dispatch,
            "replies": [row for row in letter.replies.all() if _may_read(request, row)],
            "row": {"recipient": letter.recipient, **previews.shown(letter.copy, number=letter.pk)},
            "pdf_url": reverse("admin:letters_letter_pdf", args=[letter.pk]),
        }

    @step(
        gettext_lazy("Record a reply"),
        permission="letters.add_reply",
        states=[Progress.SENT, Progress.DISPATCHED],
        form=ReplyForm,
        explains=gettext_lazy("Write down what came back. Only the summary is ever shown, and only if you say so."),
    )
    def record_reply(
        self,
        request: HttpRequest,
        letter: Letter,
        kind: Any,
        received_on: Any,
        summaries: dict[str, str],
        visibility: Any,
    ) -> str:
        services.record_reply(
            letter,
            kind=Reply.Kind(kind),
            received_on=received_on,
            summaries=summaries,
            visibility=Reply.Visibility(visibility),
            by=self.person(request),
            now=timezone.now(),
        )
        return _("The reply is recorded.")

    @step(
        gettext_lazy("It arrived"),
        permission="letters.change_dispatch",
        states=[Progress.UNCERTAIN],
        form=KnowledgeForm,
        explains=gettext_lazy("The letter then counts as sent at the moment it was handed over."),
    )
    def confirm_arrival(self, request: HttpRequest, letter: Letter, evidence: str) -> str:
        services.confirm_arrival(letter.pk, evidence=evidence, by=self.person(request), now=timezone.now())
        return _("Noted: the letter arrived.")

    @step(
        gettext_lazy("Send again"),
        permission="letters.approve_release",
        states=[Progress.UNCERTAIN],
        form=KnowledgeForm,
        tone="stop",
        explains=gettext_lazy(
            "The same letter leaves at once. If the first one arrived after all, the office has two."
        ),
    )
    def send_again(self, request: HttpRequest, letter: Letter, evidence: str) -> str:
        services.send_again(letter.pk, evidence=evidence, by=self.person(request), now=timezone.now())
        return _("The letter is on its way once more.")

    def step_initial(self, request: HttpRequest, obj: Any, name: str) -> dict[str, Any]:
        return {"received_on": timezone.localdate(), "visibility": Reply.Visibility.PRIVATE}


class ToDoFilter(admin.SimpleListFilter):
    """To do first: that is what the list is for."""

    title = gettext_lazy("what to show")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", _("overdue")), ("done", _("delivered")), ("stopped", _("stopped")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("to do")
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        to_do = queryset.filter(done_at=None, letter__stopped_at=None)
        if self.value() == "overdue":
            return to_do.filter(due_on__lt=timezone.localdate())
        if self.value() == "done":
            return queryset.filter(done_at__isnull=False)
        if self.value() == "stopped":
            return queryset.filter(letter__stopped_at__isnull=False)
        return queryset if self.value() == "all" else to_do


@admin.register(Dispatch)
class DispatchAdmin(StatefulAdmin):
    """The to-do list of letters that people carry."""

    refusals = (LettersError,)
    change_actions = ["record_delivery"]
    list_display = ["office", "channel", "due", "owner", "pdf"]
    list_filter = [ToDoFilter]
    search_fields = ["letter__reference", "letter__recipient__name"]
    ordering = ["due_on", "pk"]
    fields = ["office", "channel", "address", "pdf", "owner", "due_on", "done_at", "done_by", "evidence"]
    readonly_fields = ["office", "channel", "address", "pdf", "due_on", "done_at", "done_by", "evidence"]
    state_field = "progress"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispatch]:
        dispatches = (
            super().get_queryset(request).select_related("letter__recipient", "letter__release", "owner", "done_by")
        )
        return dispatches.defer("letter__release__signatories", "letter__release__senders")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        settled = obj is not None and (obj.done_at or obj.letter.stopped_at)
        return super().has_change_permission(request, obj) and not settled

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner":
            kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("office"), ordering="letter__recipient__name")
    def office(self, dispatch: Dispatch) -> str:
        return str(dispatch.letter.recipient)

    @admin.display(description=gettext_lazy("channel"), ordering="letter__channel")
    def channel(self, dispatch: Dispatch) -> str:
        return dispatch.letter.get_channel_display()

    @admin.display(description=gettext_lazy("address on the envelope"))
    def address(self, dispatch: Dispatch) -> str:
        return "\n".join(dispatch.letter.copy["envelope"])

    @admin.display(description=gettext_lazy("due"), ordering="due_on")
    def due(self, dispatch: Dispatch) -> Any:
        waits = dispatch.done_at is None and dispatch.letter.stopped_at is None
        if waits and dispatch.due_on < timezone.localdate():
            days = (timezone.localdate() - dispatch.due_on).days
            return format_html('<span class="mark mark-bad">{}</span>', _("overdue by %d days") % days)
        return dispatch.due_on

    @admin.display(description=gettext_lazy("to print"))
    def pdf(self, dispatch: Dispatch) -> str:
        url = reverse("admin:letters_letter_pdf", args=[dispatch.letter_id])
        return format_html('<a href="{}">{}</a>', url, _("PDF, ready to print"))

    def state_label(self, dispatch: Dispatch) -> str:
        if dispatch.letter.stopped_at:
            return _("Stopped")
        return _("Delivered") if dispatch.done_at else _("To do")

    def next_step(self, request: HttpRequest, dispatch: Dispatch) -> str:
        if dispatch.done_at or dispatch.letter.stopped_at:
            return ""
        letter = dispatch.letter
        planned = letter.leaves_at if letter.release.is_scheduled else letter.release.send_at
        if planned and not letter.may_leave(timezone.now()):
            moment = previews.moment_in_words(planned, self.person(request).time_zone)
            return _("The release may still be stopped. Do not deliver it before %s.") % moment
        return _("Print the PDF, deliver it, then record the delivery with its evidence.")

    def offers(self, request: HttpRequest, dispatch: Dispatch, name: str) -> bool:
        release = dispatch.letter.release
        is_released = release.state == Release.State.APPROVED and dispatch.letter.may_leave(timezone.now())
        return is_released and not dispatch.done_at

    @step(gettext_lazy("Record delivery"), permission="letters.change_dispatch", form=DispatchForm, tone="main")
    def record_delivery(self, request: HttpRequest, dispatch: Dispatch, evidence: str) -> str:
        services.record_dispatch(dispatch.pk, evidence=evidence, by=self.person(request), now=timezone.now())
        return _("The delivery is recorded.")


@admin.register(Reply)
class ReplyAdmin(StatefulAdmin):
    """Replies are recorded from the page of their letter; here their words are corrected."""

    form = ReplyChangeForm
    fields = ["letter", "kind", "received_on", "summaries", "visibility", "recorded_by", "recorded_at"]
    readonly_fields = ["letter", "recorded_by", "recorded_at"]
    list_display = ["office", "kind", "received_on", "visibility", "summary"]
    list_filter = ["kind", "visibility"]
    search_fields = ["letter__reference", "letter__recipient__name"]
    ordering = ["-received_on", "-pk"]
    state_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reply]:
        replies = super().get_queryset(request).select_related("letter__recipient", "recorded_by")
        if request.user.has_perm(PRIVATE_REPLIES):
            return replies
        return replies.filter(visibility=Reply.Visibility.SUMMARY)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("office"), ordering="letter__recipient__name")
    def office(self, reply: Reply) -> str:
        return str(reply.letter.recipient)

    @admin.display(description=gettext_lazy("summary"))
    def summary(self, reply: Reply) -> str:
        words: str = reply.summaries.get("en") or next(iter(reply.summaries.values()), "")
        return words if len(words) < 120 else f"{words[:117]}…"


def _may_read(request: HttpRequest, reply: Reply) -> bool:
    return reply.visibility == Reply.Visibility.SUMMARY or request.user.has_perm(PRIVATE_REPLIES)


_GOOD, _BAD = {Progress.SENT, Progress.DISPATCHED}, {Progress.FAILED, Progress.UNCERTAIN}


def _mark(letter: Any) -> str:
    tone = "good" if letter.progress in _GOOD else "bad" if letter.progress in _BAD else "open"
    return format_html('<span class="mark mark-{}">{}</span>', tone, letter.progress_label)
