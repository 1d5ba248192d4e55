from django.urls import path, re_path

from statements.views import answers, colleagues, comments, delegate, news, passkeys, personal, press, public, sign_in

app_name = "statements"

DIGEST = r"statements/digest/(?P<digest>[0-9a-f]{64})"

urlpatterns = [
    path("statements/", public.statement_list, name="list"),
    re_path(rf"^{DIGEST}/$", public.digest_detail, name="digest"),
    re_path(rf"^{DIGEST}\.txt$", public.digest_text, name="digest-text"),
    path("statements/personal/<str:token>/", personal.personal, name="personal"),
    path("statements/archive/", public.statement_archive, name="archive"),
    path("statements/<slug:slug>/", public.statement_detail, name="detail"),
    path("statements/<slug:slug>/versions/<int:number>/", public.version_detail, name="version"),
    path("statements/<slug:slug>.pdf", public.statement_pdf_file, name="pdf"),
    path("statements/<slug:slug>.docx", public.statement_docx_file, name="docx"),
    path("statements/<slug:slug>/press/", press.press_page, name="press"),
    path("statements/<slug:slug>/press/<int:image_id>/", press.press_image, name="press-image"),
    path("embargo/<str:token>/", press.preview, name="preview"),
    path("embargo/<str:token>/text.pdf", press.preview_pdf, name="preview-pdf"),
    path("delegate/", delegate.home, name="delegate-home"),
    path("delegate/sign-in/", sign_in.sign_in, name="sign-in"),
    path("delegate/sign-in/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("delegate/sign-out/", sign_in.sign_out, name="sign-out"),
    path("delegate/passkey/", passkeys.sign_in, name="passkey"),
    path("delegate/passkey/options/", passkeys.options, name="passkey-options"),
    path("delegate/passkeys/", passkeys.passkeys, name="passkeys"),
    path("delegate/passkeys/add/", passkeys.add, name="add-passkey"),
    path("delegate/passkeys/add/options/", passkeys.add_options, name="add-passkey-options"),
    path("delegate/passkeys/<int:passkey_id>/rename/", passkeys.rename, name="rename-passkey"),
    path("delegate/passkeys/<int:passkey_id>/remove/", passkeys.remove, name="remove-passkey"),
    path("delegate/colleagues/", colleagues.colleagues, name="colleagues"),
    path("delegate/colleagues/<slug:slug>/ask/", colleagues.ask_for_colleague, name="ask-for-colleague"),
    path("delegate/colleagues/<slug:slug>/authority/", colleagues.give_authority, name="give-authority"),
    path(
        "delegate/colleagues/<slug:slug>/authority/<int:authority_id>/end/",
        colleagues.take_back_authority,
        name="take-back-authority",
    ),
    path("unsubscribe/<str:token>/news/", news.stop, name="stop-news"),
    path("delegate/profile/", colleagues.profile, name="profile"),
    path("delegate/statements/<slug:slug>/", delegate.cosign, name="cosign"),
    path("delegate/statements/<slug:slug>/question/", answers.question, name="question"),
    path("delegate/statements/<slug:slug>/time/", answers.time, name="time"),
    path("delegate/statements/<slug:slug>/unable/", answers.unable, name="unable"),
    path("delegate/statements/<slug:slug>/forward/", answers.forward, name="forward"),
    path("delegate/statements/<slug:slug>/withdraw/", answers.withdraw, name="withdraw"),
    path("delegate/statements/<slug:slug>/confirm/", answers.confirm, name="confirm"),
    path("delegate/statements/<slug:slug>/signed/", delegate.cosigned, name="cosigned"),
    path("delegate/statements/<slug:slug>/decline/", delegate.decline, name="decline"),
    path("delegate/statements/<slug:slug>/comments/", comments.comments, name="comments"),
    path("delegate/statements/<slug:slug>/text.pdf", delegate.text_pdf, name="delegate-pdf"),
    path("delegate/statements/<slug:slug>/receipt.pdf", delegate.receipt, name="receipt"),
]
