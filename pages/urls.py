from django.urls import path

from pages import answers, calendar, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("campaigns/", views.campaign_list, name="campaigns"),
    path("campaigns/<slug:slug>/", views.campaign_detail, name="campaign"),
    path("campaigns/<slug:slug>/answers/", answers.answers, name="answers"),
    path("campaigns/<slug:slug>/answers.json", answers.answers_json, name="answers-json"),
    path("campaigns/<slug:slug>/answers.csv", answers.answers_csv, name="answers-csv"),
    path("organizations/", views.organization_list, name="organizations"),
    path("organizations/<slug:slug>/", views.organization_detail, name="organization"),
    path("recipients/", views.recipient_list, name="recipients"),
    path("recipients/<slug:slug>/", views.recipient_detail, name="recipient"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("feeds/deadlines.ics", calendar.deadlines_feed, name="deadlines-feed"),
    path("delegate/petitions/", views.delegate_petitions, name="delegate-petitions"),
]
