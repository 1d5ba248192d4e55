from django.urls import path

from petitions.views import lists, manage, reporting, resend, sharing, signing, updates

app_name = "petitions"

urlpatterns = [
    path("petitions/", lists.petition_list, name="list"),
    path("petitions/<slug:slug>/", signing.petition_detail, name="detail"),
    path("petitions/<slug:slug>/sign/", signing.sign, name="sign"),
    path("petitions/<slug:slug>/with/<slug:code>/", sharing.through_partner, name="with"),
    path("petitions/<slug:slug>/card.png", sharing.card, name="card"),
    path("petitions/<slug:slug>/qr.svg", sharing.qr, {"kind": "svg"}, name="qr-svg"),
    path("petitions/<slug:slug>/qr.png", sharing.qr, {"kind": "png"}, name="qr-png"),
    path("petitions/<slug:slug>/paper.pdf", sharing.paper, name="paper"),
    path("petitions/<slug:slug>/report/", reporting.report, name="report"),
    path("petitions/<slug:slug>/updates/<int:number>/", updates.update_detail, name="update"),
    path("petitions/<slug:slug>/check-inbox/", resend.check_inbox, name="check-inbox"),
    path("petitions/<slug:slug>/check-inbox/again/", resend.sent_again, name="check-inbox-again"),
    path("petitions/<slug:slug>/resend/", resend.resend, name="resend"),
    path("signatures/<str:token>/", signing.confirm, name="confirm"),
    path("signatures/<str:token>/not-me/", manage.not_me, name="not-me"),
    path("signatures/<str:token>/manage/", manage.manage, name="manage"),
    path("signatures/<str:token>/manage/change/", manage.change, name="manage-change"),
    path("signatures/<str:token>/manage/withdraw/", manage.withdraw, name="manage-withdraw"),
    path("signatures/<str:token>/manage/data/", manage.data, name="manage-data"),
    path("signatures/<str:token>/manage/erase/", manage.erase, name="manage-erase"),
    path("unsubscribe/<str:token>/", manage.unsubscribe, name="unsubscribe"),
]
