"""The limit: a Django application with nothing in it but a page of 20 KB, and a form behind its CSRF token.

`benchmarks.bare:application` is served by the same server as the product, on a database of the same kind, reached in
the same way. The form asks for the same answers; it is one INSERT. No middleware but the check of the token.
"""

import os

import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.csrf import csrf_protect

COUNTRIES = [("", "-"), *((a + b, a + b) for a in "ABCDEFGHIJKLM" for b in "ABCDEFGHIJKLMNOPQRS")]  # 247 of them
BODY = b"<!doctype html><title>.</title>" + b"x" * 19_969


def _database() -> dict[str, object]:
    import environ

    database = environ.Env.db_url_config(os.environ["BARE_DATABASE_URL"])
    if database["ENGINE"].endswith("sqlite3"):
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return {**database, "CONN_MAX_AGE": None, "OPTIONS": options}
    return {**database, "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}}}


if not settings.configured:
    settings.configure(
        SECRET_KEY="benchmark",  # noqa: S106 (signs nothing that anybody keeps)
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="benchmarks.bare",
        DATABASES={"default": _database()},
        USE_TZ=True,
    )
    django.setup()


class Row(models.Model):
    objects: models.Manager["Row"] = models.Manager()
    petition_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=100)
    email = models.EmailField()
    country = models.CharField(max_length=2, blank=True)
    comment = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    show_name = models.CharField(max_length=8)
    alias = models.CharField(max_length=60, blank=True)
    show_country = models.BooleanField()
    consent_handover = models.BooleanField()
    consent_updates = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"row {self.pk}"


class Form(forms.Form):
    """The answers that the product's form asks for, with Django's own fields."""

    name = forms.CharField(max_length=100)
    email = forms.EmailField(max_length=254)
    country = forms.ChoiceField(choices=COUNTRIES, required=False)
    comment = forms.CharField(max_length=500, required=False, widget=forms.Textarea)
    language = forms.ChoiceField(choices=[("en", "English"), ("ko", "한국어")])
    show_name = forms.ChoiceField(choices=[(name, name) for name in ("private", "initial", "full", "alias")])
    alias = forms.CharField(max_length=60, required=False)
    show_country = forms.BooleanField(required=False)
    consent_handover = forms.BooleanField(required=False)
    consent_updates = forms.BooleanField(required=False)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


@csrf_protect
def sign(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(get_token(request))
    form = Form(request.POST)
    if not form.is_valid():
        return HttpResponse("invalid", status=422)
    Row.objects.create(petition_id=1, **form.cleaned_data)
    return HttpResponseRedirect("/thanks/")


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)


urlpatterns = [path("page/", page), path("sign/", sign)]
application = get_wsgi_application()

if __name__ == "__main__":
    make_table()
