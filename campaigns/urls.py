from django.urls import path

from campaigns import views

app_name = "campaigns"

urlpatterns = [
    path("organizations/join/", views.join, name="join"),
    path("organizations/join/sent/", views.applied, name="applied"),
    path("organizations/join/<str:token>/", views.confirm_application, name="confirm-application"),
    path("organizations/<slug:slug>/logo.png", views.logo, name="logo"),
]
