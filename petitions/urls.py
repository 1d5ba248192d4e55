from django.urls import path

from petitions.views import lists, reporting, sharing, signing, updates

app_name = "petitions"

urlpatterns = [
    path("petitions/", lists.petition_list, name="list"),
    path("petitions/<slug:slug>/", signing.petition_detail, name="detail"),
    path("petitions/<slug:slug>/sign/", signing.sign, name="sign"),
    path("petitions/<slug:slug>/check-inbox/", signing.check_inbox, name="check-inbox"),
    path("petitions/<slug:slug>/with/<slug:code>/", sharing.through_partner, name="with"),
    path("petitions/<slug:slug>/card.png", sharing.card, name="card"),
    path("petitions/<slug:slug>/qr.svg", sharing.qr, {"kind": "svg"}, name="qr-svg"),
    path("petitions/<slug:slug>/qr.png", sharing.qr, {"kind": "png"}, name="qr-png"),
    path("petitions/<slug:slug>/paper.pdf", sharing.paper, name="paper"),
    path("petitions/<slug:slug>/report/", reporting.report, name="report"),
    path("petitions/<slug:slug>/updates/<int:number>/", updates.update_detail, name="update"),
    path("signatures/<str:token>/", signing.confirm, name="confirm"),
]
