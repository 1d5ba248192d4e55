"""Replies: corrected, published with a preview, and taken back."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.steps import WhyForm, step
from letters import services
from letters.admin.coding import CodingAdmin
from letters.admin_forms import ReplyChangeForm
from letters.answer_forms import PublishForm
from letters.exceptions import LettersError
from letters.models import Reply

PRIVATE_REPLIES = "letters.read_private_reply"
Visibility = Reply.Visibility


def may_read(request: HttpRequest, reply: Reply) -> bool:
    return reply.is_public or bool(request.user.has_perm(PRIVATE_REPLIES))


@admin.register(Reply)
class ReplyAdmin(CodingAdmin):
    """Replies are recorded from their letter or from a mail; here their words are corrected and made public."""

    refusals = (LettersError,)
    form = ReplyChangeForm
    change_actions = ["publish", "code", "take_back"]
    fields = ["letter", "kind", "received_on", "summaries", "recorded_by", "recorded_at"]
    readonly_fields = ["letter", "recorded_by", "recorded_at"]
    list_display = ["office", "kind", "received_on", "visibility", "summary"]
    list_filter = ["kind", "visibility"]
    search_fields = ["letter__reference", "letter__recipient__name"]
    ordering = ["-received_on", "-pk"]
    state_field = "visibility"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reply]:
        replies = super().get_queryset(request).select_related("letter__recipient", "letter__release", "recorded_by")
        if request.user.has_perm(PRIVATE_REPLIES):
            return replies
        return replies.exclude(visibility=Visibility.PRIVATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.is_answer:
            services.end_follow_ups(obj.letter_id, now=timezone.now())

    @admin.display(description=gettext_lazy("office"), ordering="letter__recipient__name")
    def office(self, reply: Reply) -> str:
        return str(reply.letter.recipient)

    @admin.display(description=gettext_lazy("summary"))
    def summary(self, reply: Reply) -> str:
        words: str = reply.summaries.get("en") or next(iter(reply.summaries.values()), "")
        return words if len(words) < 120 else f"{words[:117]}…"

    def next_step(self, request: HttpRequest, reply: Reply) -> str:
        if reply.visibility == Visibility.PRIVATE:
            return _("Only staff who deal with letters read it. Its pages say that something came back, not what.")
        return _("It stands on the pages of the office and of the text.")

    def panels(self, request: HttpRequest, reply: Reply) -> dict[str, Any]:
        private = bool(request.user.has_perm(PRIVATE_REPLIES))
        return {"reply": reply, "text": reply.text if private else "", "may_read_private": private}

    def offers(self, request: HttpRequest, reply: Reply, name: str) -> bool:
        if name == "take_back":
            return reply.is_public
        return super().offers(request, reply, name)

    @step(
        gettext_lazy("Publish"),
        permission="letters.change_reply",
        has_page=True,
        tone="main",
        explains=gettext_lazy("Everybody can read it then. First you see it as it will stand on the pages."),
    )
    def publish(self, request: HttpRequest, reply: Reply) -> HttpResponseBase:
        """The words, then how they will be read, then the button: each with what was typed before."""
        initial = {
            "visibility": reply.visibility if reply.is_public else Visibility.SUMMARY,
            "summaries": reply.summaries,
            "public_text": reply.public_text or reply.text,
            "public_language": reply.public_language or reply.letter.language,
        }
        is_posted = request.method == "POST"
        form = PublishForm(request.POST if is_posted else None, initial=initial)
        is_valid = is_posted and form.is_valid()
        if is_valid and "confirm" in request.POST:
            said = form.cleaned_data
            services.publish_reply(
                reply.pk,
                visibility=Visibility(said["visibility"]),
                summaries=said["summaries"],
                public_text=said["public_text"],
                public_language=said["public_language"],
                by=self.person(request),
                now=timezone.now(),
            )
            return self.done(request, reply, _("Published. Pages show it within seconds."))
        context = {"form": form, "preview": form.cleaned_data if is_valid else None, "reply": reply}
        status = 422 if is_posted and not is_valid else 200
        template = "admin/letters/reply/publish.html"
        return self.step_page(request, reply, self.step("publish"), template, context, status=status)

    @step(
        gettext_lazy("Make private again"),
        permission="letters.change_reply",
        states=[Visibility.SUMMARY, Visibility.FULL],
        form=WhyForm,
        tone="stop",
        explains=gettext_lazy("Pages lose it within seconds. Whoever has read or copied it has it still."),
    )
    def take_back(self, request: HttpRequest, reply: Reply, reason: str) -> str:
        services.take_back_reply(reply.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("It is private again.")
