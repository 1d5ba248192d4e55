"""News of a petition, each on a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from petitions import page
from privacy.public import public_page


@public_page
@require_safe
def update_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    update = page.public_update(slug, number)
    if update is None:
        raise Http404
    context = {"update": update, "text": update.text, "petition": update.petition}
    return render(request, "petitions/update_detail.html", context)
