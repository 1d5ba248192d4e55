from django.urls import path

from petitions.views import lists, signing, updates

app_name = "petitions"

urlpatterns = [
    path("petitions/", lists.petition_list, name="list"),
    path("petitions/<slug:slug>/", signing.petition_detail, name="detail"),
    path("petitions/<slug:slug>/sign/", signing.sign, name="sign"),
    path("petitions/<slug:slug>/check-inbox/", signing.check_inbox, name="check-inbox"),
    path("petitions/<slug:slug>/updates/<int:number>/", updates.update_detail, name="update"),
    path("signatures/<str:token>/", signing.confirm, name="confirm"),
]
