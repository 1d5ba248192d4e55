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

from accounts.models import AuditEntry
from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import WhyForm, step
from letters import previews, services
from letters.admin.carrying import CarriesOn, how_to_go_on
from letters.admin.replies import PRIVATE_REPLIES, may_read
from letters.admin_forms import KnowledgeForm, ReplyForm
from letters.exceptions import LettersError
from letters.models import Letter, Reply
from letters.models.letter import Progress
from letters.staleness import changes_since_approval, out_of_date
from outbox.exceptions import in_words


class ProgressFilter(admin.SimpleListFilter):
    title = gettext_lazy("progress")
    parameter_name = "progress"
    TROUBLE, OUT_OF_DATE = "trouble", "out_of_date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ours = [(self.TROUBLE, _("failed or uncertain")), (self.OUT_OF_DATE, _("approved, and the office has changed"))]
        return [*ours, *[(p.value, str(p.label)) for p in Progress]]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == self.TROUBLE:
            return queryset.in_trouble()
        if self.value() == self.OUT_OF_DATE:
            return queryset.filter(pk__in=list(out_of_date(timezone.localdate())))
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
class LetterAdmin(CarriesOn, ReadOnlyAdmin):
    refusals = (LettersError,)
    change_actions = ["record_reply", "confirm_arrival", "send_again", "carry_on", "set_aside"]
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
        is_here = letter.progress in {Progress.WAITING, Progress.TO_DISPATCH}
        if is_here and (changes := changes_since_approval(letter, on=timezone.localdate())):
            return " ".join([*changes, how_to_go_on(letter.channel)])
        if letter.progress == Progress.UNCERTAIN:
            return _(
                "The connection broke while the message was handed over: it may have arrived. The machine does not "
                "send a second copy. Ask the office, or look into the mail server's log; then settle it here."
            )
        if letter.progress == Progress.FAILED:
            return _(
                "The mail server refused it: see its answer below. Correct the address of the office and ask again."
            )
        if letter.progress == Progress.BOUNCED:
            return _(
                "It left and came back. Correct the address of the office, or choose another channel; then ask for the "
                "release again: this office gets a new letter."
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
            "failed_ways": list(letter.failed_ways.select_related("noted_by")),
            "proofs": list(letter.proofs.defer("content").select_related("added_by")),
            "inbound": self._inbound(request, letter),
            "follow_ups": list(letter.follow_ups.select_related("owner")),
            "next_follow_up": self._next_follow_up(letter),
            "may_read_private": request.user.has_perm(PRIVATE_REPLIES),
            "replies": [row for row in letter.replies.all() if may_read(request, row)],
            "row": {"recipient": letter.recipient, **previews.shown(letter.copy, number=letter.pk)},
            "pdf_url": reverse("admin:letters_letter_pdf", args=[letter.pk]),
        }

    def _inbound(self, request: HttpRequest, letter: Letter) -> list[Any]:
        """Mail that belongs to the letter and is no reply yet."""
        if not request.user.has_perm("letters.view_inboundmail"):
            return []
        return list(letter.inbound.exclude(state="recorded").defer("text").order_by("received_at"))

    def _next_follow_up(self, letter: Any) -> Any:
        if letter.days_of_silence(timezone.now()) is None:
            return None
        return services.next_follow_up(letter, letter.left_at, timezone.now())

    @step(
        gettext_lazy("Record a reply"),
        permission="letters.add_reply",
        states=[Progress.SENT, Progress.DISPATCHED],
        form=ReplyForm,
        explains=gettext_lazy(
            "Write down what came back. Only the summary can be public from here; the whole text of a reply is "
            "published from its own page."
        ),
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

    @step(
        gettext_lazy("Set aside"),
        permission="letters.stop_release",
        states=[Progress.WAITING],
        form=WhyForm,
        tone="stop",
        explains=gettext_lazy(
            "This letter stays here; the others of its release go on. The office can then be asked again, with a new "
            "letter."
        ),
    )
    def set_aside(self, request: HttpRequest, letter: Letter, reason: str) -> str:
        services.set_aside(letter.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Set aside: ask for a new letter to this office.")

    def step_initial(self, request: HttpRequest, obj: Any, name: str) -> dict[str, Any]:
        return {"received_on": timezone.localdate(), "visibility": Reply.Visibility.PRIVATE}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


_GOOD, _BAD = {Progress.SENT, Progress.DISPATCHED}, {Progress.FAILED, Progress.UNCERTAIN, Progress.BOUNCED}


def _mark(letter: Any) -> str:
    tone = "good" if letter.progress in _GOOD else "bad" if letter.progress in _BAD else "open"
    return format_html('<span class="mark mark-{}">{}</span>', tone, letter.progress_label)
