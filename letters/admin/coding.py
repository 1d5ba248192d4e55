"""The part of a reply's page that sets it against the demands."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters import services
from letters.coding_form import CodingForm
from letters.exceptions import LettersError
from letters.models import Reply
from letters.services.coding import demands_of


class CodingAdmin(StatefulAdmin):
    refusals = (LettersError,)

    def offers(self, request: HttpRequest, reply: Reply, name: str) -> bool:
        if name == "code":
            return reply.is_answer and demands_of(reply).exists()
        return super().offers(request, reply, name)

    @step(
        gettext_lazy("Set against the demands"),
        permission="letters.add_codedreply",
        has_page=True,
        explains=gettext_lazy(
            "Say for each demand what this answer says of it. Claim no more than its words do; leave open what you "
            "cannot tell. It is public as soon as the answer is."
        ),
        tone="main",
    )
    def code(self, request: HttpRequest, reply: Reply) -> Any:
        form = CodingForm(reply, request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    count = services.code_reply(reply.pk, form.codes(), by=self.person(request), now=timezone.now())
                except LettersError as exc:
                    form.add_error(None, str(exc))
                    status = 409
                else:
                    words = ngettext("Set against %d demand.", "Set against %d demands.", count)
                    return self.done(request, reply, words % count if count else _("It is set against no demand."))
        return self.step_page(request, reply, self.step("code"), "admin/step_form.html", {"form": form}, status=status)
