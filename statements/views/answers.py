"""Pages with one form each, about one text: a question, more time, not in time, a colleague, a second person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.models import Delegate
from statements import services
from statements.answer_forms import DelegatesForm, ForwardForm, QuestionForm, SureForm, TimeForm
from statements.exceptions import SigningRefused, StatementsError
from statements.models import CoSignature
from statements.views.asked import Asked, asked_delegate_required

Words = str | Promise


@dataclass(frozen=True)
class Answer:
    """One page. `act` takes the text, the cleaned form and the moment, and returns the sentence read next."""

    title: Words
    lede: Words
    button: Words
    form: type[DelegatesForm]
    act: Callable[[Asked, dict[str, Any]], str]
    tone: str = ""


def page(answer: Answer) -> Callable[..., HttpResponse]:
    """The view: the form on GET, the act on POST, and back to the text."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @asked_delegate_required
    def view(request: HttpRequest, asked: Asked) -> HttpResponse:
        posted = request.POST if request.method == "POST" else None
        form = answer.form(posted, colleagues=_colleagues(asked))
        status = 200
        if posted is not None:
            status = 422
            if form.is_valid():
                try:
                    messages.success(request, answer.act(asked, form.cleaned_data))
                except StatementsError as exc:
                    form.add_error(None, str(exc))
                    status = 409
                else:
                    return redirect(asked.url("cosign"))
        context = {
            "statement": asked.statement,
            "asked": asked,
            "form": form,
            "title": answer.title,
            "lede": answer.lede,
            "button": answer.button,
            "tone": answer.tone,
            "url": asked.url("cosign"),
        }
        return render(request, "statements/delegate/answer.html", context, status=status)

    return view


def _colleagues(asked: Asked) -> list[Delegate]:
    active = Delegate.objects.active(timezone.localdate()).filter(organization=asked.organization)
    return list(active.exclude(pk=asked.delegation.pk).select_related("user").order_by("pk"))


def _ask(asked: Asked, said: dict[str, Any]) -> str:
    services.ask_question(asked.statement.pk, delegate=asked.delegation, text=said["text"], now=timezone.now())
    return _("Your question is with the drafters. Their answer stands here, and comes by mail.")


def _ask_for_time(asked: Asked, said: dict[str, Any]) -> str:
    services.ask_for_time(asked.statement.pk, delegate=asked.delegation, until=said["until"], now=timezone.now())
    return _("Noted. Until then we do not remind you; the deadline stays.")


def _say_unable(asked: Asked, said: dict[str, Any]) -> str:
    services.say_unable(asked.statement.pk, delegate=asked.delegation, now=timezone.now())
    return _("Noted. We write no more about this text; until the deadline you can still sign it here.")


def _forward(asked: Asked, said: dict[str, Any]) -> str:
    services.forward_request(
        asked.statement.pk, delegate=asked.delegation, to=said["to"], note=said["note"], now=timezone.now()
    )
    return _("The request is on its way to %s.") % said["to"].user.get_full_name()


def _withdraw(asked: Asked, said: dict[str, Any]) -> str:
    services.withdraw(asked.statement.pk, delegate=asked.delegation, now=timezone.now())
    return _("The co-signature of your organization is withdrawn.")


def _confirm(asked: Asked, said: dict[str, Any]) -> str:
    standing = CoSignature.objects.standing().filter(statement=asked.statement, organization=asked.organization)
    cosignature = standing.first()
    if cosignature is None:
        raise SigningRefused(_("Your organization has not signed this text."))
    services.confirm_cosignature(cosignature.pk, by=asked.delegation.user, now=timezone.now())
    return _("Confirmed. The name of your organization counts now.")


question = page(
    Answer(
        gettext_lazy("Ask the drafters a question"),
        gettext_lazy("While your question waits we send your organization no reminder."),
        gettext_lazy("Send the question"),
        QuestionForm,
        _ask,
    )
)
time = page(
    Answer(
        gettext_lazy("Ask for more time"),
        gettext_lazy("Tell us until when you need. The drafters see it, and we send no reminder before that day."),
        gettext_lazy("Ask for time"),
        TimeForm,
        _ask_for_time,
    )
)
unable = page(
    Answer(
        gettext_lazy("We cannot decide by the deadline"),
        gettext_lazy("This is an answer: your organization does not sign, and hears nothing more about this text."),
        gettext_lazy("Say so"),
        SureForm,
        _say_unable,
        "quiet",
    )
)
forward = page(
    Answer(
        gettext_lazy("Forward the request"),
        gettext_lazy("A colleague who may sign for your organization gets a mail with the address of this text."),
        gettext_lazy("Forward"),
        ForwardForm,
        _forward,
    )
)
withdraw = page(
    Answer(
        gettext_lazy("Withdraw the co-signature"),
        gettext_lazy(
            "Before publication the name then vanishes. Afterwards it stays on the page as withdrawn, with the date, "
            "and the drafters tell the offices that hold a copy."
        ),
        gettext_lazy("Withdraw"),
        SureForm,
        _withdraw,
        "quiet",
    )
)
confirm = page(
    Answer(
        gettext_lazy("Confirm a colleague's signature"),
        gettext_lazy(
            "Your colleague signed for the first time. Confirm only if your organization decided this: "
            "from then on its name counts."
        ),
        gettext_lazy("Confirm"),
        SureForm,
        _confirm,
    )
)
