from django.urls import path

from petitions import views

app_name = "petitions"

urlpatterns = [
    path("petitions/", views.petition_list, name="list"),
    path("petitions/<slug:slug>/", views.petition_detail, name="detail"),
    path("petitions/<slug:slug>/sign/", views.sign, name="sign"),
    path("petitions/<slug:slug>/check-inbox/", views.check_inbox, name="check-inbox"),
    path("signatures/<str:token>/", views.confirm, name="confirm"),
]
