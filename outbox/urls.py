from django.urls import path

from outbox import views, webhooks

app_name = "outbox"

# Mounted only where no real mail leaves: DEBUG on and no EMAIL_URL (settings.MAILBOX).
mailbox = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", views.mailbox_message, name="mailbox-message"),
    path("mailbox/<str:name>/html/", views.mailbox_html, name="mailbox-html"),
    path("mailbox/<str:name>/<int:part>/", views.mailbox_attachment, name="mailbox-attachment"),
]

reports = [path("webhooks/mail/<slug:provider>/", webhooks.mail_reports, name="mail-reports")]
