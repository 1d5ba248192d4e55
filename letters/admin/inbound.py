"""Mail that came in, at the desk: read, given to its letter, made a reply, or set aside."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AuditEntry
from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import WhyForm, step
from letters import services
from letters.admin.to_do import ToDoFilter
from letters.answer_forms import AssignForm, RecordMailForm, UploadMailForm
from letters.exceptions import LettersError
from letters.models import InboundFile, InboundMail, InboundOriginal, Reply

State, Kind = InboundMail.State, InboundMail.Kind
TONES = {State.PARKED: "bad", State.NEW: "open"}
REPLY_KINDS = {Kind.AUTOMATIC: Reply.Kind.AUTOMATIC, Kind.RECEIPT: Reply.Kind.ACKNOWLEDGEMENT}


class MailToDoFilter(ToDoFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("parked", _("parked")), ("settled", _("settled")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "parked":
            return queryset.filter(state=State.PARKED)
        if self.value() == "settled":
            return queryset.exclude(state__in=[State.NEW, State.PARKED])
        return queryset if self.value() == "all" else queryset.to_do()


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnlyAdmin):
    """Whoever opens one reads what an office wrote in private; downloads leave a line in the history."""

    refusals = (LettersError,)
    change_actions = ["record", "assign", "set_aside", "take_up"]
    list_display = ["number", "kind", "mark", "office", "subject_shown", "received_at"]
    list_filter = [MailToDoFilter, "kind"]
    list_select_related = ["letter__recipient"]
    ordering = ["-received_at", "-pk"]
    fields = ["kind", "letter_link", "sender", "received_at", "came_by", "settled_at", "settled_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMail]:
        mails = super().get_queryset(request).select_related("letter__recipient", "settled_by", "uploaded_by")
        return mails.defer("letter__copy")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("letters.add_inboundmail"))

    def get_urls(self) -> list[Any]:
        file = self.admin_site.admin_view(require_safe(self.file_view))
        original = self.admin_site.admin_view(require_safe(self.original_view))
        return [
            path("files/<int:file_id>/", file, name="letters_inboundmail_file"),
            path("<int:mail_id>/original/", original, name="letters_inboundmail_original"),
            *super().get_urls(),
        ]

    # --- What stands in the list and on the page ---------------------------------------------------------------
    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, mail: InboundMail) -> str:
        return f"№ {mail.pk}"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def mark(self, mail: InboundMail) -> str:
        tone = TONES.get(State(mail.state), "good")
        return format_html('<span class="mark mark-{}">{}</span>', tone, mail.get_state_display())

    @admin.display(description=gettext_lazy("office"))
    def office(self, mail: InboundMail) -> str:
        return str(mail.letter.recipient) if mail.letter else "–"

    @admin.display(description=gettext_lazy("subject"))
    def subject_shown(self, mail: InboundMail) -> str:
        subject: str = mail.subject
        return subject if len(subject) < 90 else f"{subject[:87]}…"

    @admin.display(description=gettext_lazy("letter"))
    def letter_link(self, mail: InboundMail) -> str:
        if mail.letter is None:
            return "–"
        url = reverse("admin:letters_letter_change", args=[mail.letter_id])
        return format_html('<a href="{}">{}</a> ({})', url, mail.letter, mail.get_matched_by_display())

    @admin.display(description=gettext_lazy("came by"))
    def came_by(self, mail: InboundMail) -> str:
        if mail.provider == services.UPLOAD:
            return _("uploaded by %s") % (mail.uploaded_by or "–")
        return mail.provider

    def next_step(self, request: HttpRequest, mail: InboundMail) -> str:
        if mail.state == State.PARKED:
            return f"{mail.get_why_display()} {_('Assign it to a letter, or set it aside with a reason.')}"
        if mail.state == State.NEW and mail.kind == Kind.BOUNCE:
            return _("A mail server gave the letter up although the address may live. Find out, then set this aside.")
        if mail.state == State.NEW and mail.kind != Kind.ANSWER:
            return _("A program seems to have written this. Record it if it says something, else set it aside.")
        return (
            _("Record it as the reply to its letter. It stays private until you publish it.")
            if (mail.state == State.NEW)
            else ""
        )

    def panels(self, request: HttpRequest, mail: InboundMail) -> dict[str, Any]:
        files = list(mail.files.defer("content"))
        return {
            "mail": mail,
            "files": files,
            "has_original": InboundOriginal.objects.filter(mail=mail).exists(),
            "is_foreign": mail.letter is not None and not mail.from_office and mail.sender and mail.kind != Kind.BOUNCE,
            "reply": Reply.objects.filter(mail=mail).only("pk").first(),
        }

    def history_of(self, mail: InboundMail) -> QuerySet[AuditEntry]:
        return audit.history(mail)

    # --- Steps ------------------------------------------------------------------------------------------------
    def offers(self, request: HttpRequest, mail: InboundMail, name: str) -> bool:
        if name == "record":
            return mail.letter_id is not None and mail.kind != Kind.BOUNCE
        return not (name == "take_up" and mail.forgotten_at)

    def step_initial(self, request: HttpRequest, mail: InboundMail, name: str) -> dict[str, Any]:
        if name == "assign":
            return {"reference": mail.letter.reference if mail.letter else ""}
        return {"kind": REPLY_KINDS.get(Kind(mail.kind), Reply.Kind.ANSWER)}

    @step(
        gettext_lazy("Record as a reply"),
        permission="letters.add_reply",
        states=[State.NEW, State.PARKED],
        form=RecordMailForm,
        tone="main",
        explains=gettext_lazy("It becomes the reply to its letter, private for now. An answer ends the follow-ups."),
    )
    def record(self, request: HttpRequest, mail: InboundMail, kind: str, summaries: dict[str, str]) -> HttpResponse:
        reply = services.record_mail(
            mail.pk, kind=Reply.Kind(kind), summaries=summaries, by=self.person(request), now=timezone.now()
        )
        self.message_user(request, _("The reply is recorded. Here you decide who may read it."))
        return HttpResponse(status=302, headers={"Location": reverse("admin:letters_reply_change", args=[reply.pk])})

    @step(
        gettext_lazy("Assign to a letter"),
        permission="letters.change_inboundmail",
        states=[State.NEW, State.PARKED],
        form=AssignForm,
        explains=gettext_lazy("Say which letter it answers. Its reference stands on the letter and in the list."),
    )
    def assign(self, request: HttpRequest, mail: InboundMail, reference: Any) -> str:
        services.assign_mail(mail.pk, letter=reference, by=self.person(request), now=timezone.now())
        return _("Assigned. Now record it as a reply.")

    @step(
        gettext_lazy("Set aside"),
        permission="letters.change_inboundmail",
        states=[State.NEW, State.PARKED],
        form=WhyForm,
        explains=gettext_lazy("It waits for nobody any more. Its words are deleted after 90 days."),
    )
    def set_aside(self, request: HttpRequest, mail: InboundMail, reason: str) -> str:
        services.set_mail_aside(mail.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Set aside.")

    @step(
        gettext_lazy("Take up again"),
        permission="letters.change_inboundmail",
        states=[State.ASIDE, State.SETTLED],
    )
    def take_up(self, request: HttpRequest, mail: InboundMail) -> str:
        services.take_mail_up(mail.pk, by=self.person(request), now=timezone.now())
        return _("It waits again.")

    # --- Files ------------------------------------------------------------------------------------------------
    def file_view(self, request: HttpRequest, file_id: int) -> HttpResponse:
        file = InboundFile.objects.select_related("mail").filter(pk=file_id).first()
        if not self.has_view_permission(request):
            raise PermissionDenied
        if file is None:
            raise Http404
        audit.record("letters.download_file", file.mail, by=self.person(request), now=timezone.now(), file=file.pk)
        return _download(bytes(file.content), file.name)

    def original_view(self, request: HttpRequest, mail_id: int) -> HttpResponse:
        # Not mail=…: only a number's own field finds nothing by one that is too large, instead of breaking on SQLite.
        original = InboundOriginal.objects.select_related("mail").filter(mail__pk=mail_id).first()
        if not self.has_view_permission(request):
            raise PermissionDenied
        if original is None:
            raise Http404
        audit.record("letters.download_original", original.mail, by=self.person(request), now=timezone.now())
        return _download(bytes(original.content), f"mail-{mail_id}.eml")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The upload of a mail that somebody has in their own mailbox."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadMailForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload: UploadedFile = form.cleaned_data["file"]
            try:
                mail, is_new = services.upload_mail(
                    upload.read(),
                    letter=form.cleaned_data["reference"],
                    by=self.person(request),
                    now=timezone.now(),
                )
            except LettersError as exc:
                form.add_error("file", str(exc))
            else:
                return self.done(request, mail, _("Taken in.") if is_new else _("This mail was taken in before."))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload a mail"),
            "media": self.media,
            "form": form,
        }
        request.current_app = self.admin_site.name
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/letters/inboundmail/upload.html", context, status=status)

    def state_label(self, mail: InboundMail) -> str:
        return capfirst(mail.get_state_display())


def _download(content: bytes, name: str) -> HttpResponse:
    """As a file to keep, whatever it says of itself: nothing from outside is opened under our address."""
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )
