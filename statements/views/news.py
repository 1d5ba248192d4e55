"""The link of every mail of news: a button for people, a POST for their mail programs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from statements.models import NewsChoice
from statements.services import news


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # RFC 8058: the program of a mail provider posts from wherever it stands; the token is what is checked
def stop(request: HttpRequest, token: str) -> HttpResponse:
    choice = news.find_choice(token)
    if choice is None:
        return render(request, "statements/stop_news.html", {"is_gone": True}, status=404)
    if request.method == "POST":
        news.stop_news(choice.pk)
    is_stopped = request.method == "POST" or choice.scope == NewsChoice.Scope.NONE
    return render(request, "statements/stop_news.html", {"is_stopped": is_stopped})
