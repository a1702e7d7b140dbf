"""Every error becomes a page that says what to do, or JSON for who prefers it."""

import logging
from typing import Final

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from markupsafe import escape
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestedRangeNotSatisfiable,
)

from community.kernel.database import session
from community.kernel.errors import (
    AccessDeniedError,
    DomainError,
    NotFoundError,
    RuleViolationError,
    StorageError,
)
from community.kernel.i18n import N_, current_locale, gettext
from community.web.extensions import login
from community.web.security import prefers_json

_log = logging.getLogger("community.web")

STATUS: Final[dict[type[DomainError], int]] = {
    AccessDeniedError: 403,
    NotFoundError: 404,
    RuleViolationError: 409,
    StorageError: 503,
}
TITLES: Final = {
    400: N_("The request could not be understood"),
    401: N_("Please sign in"),
    403: N_("You may not do this"),
    404: N_("Page not found"),
    405: N_("This address does not take that kind of request"),
    409: N_("This is not possible now"),
    413: N_("Too much was sent at once"),
    422: N_("Something in the form needs your attention"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong on our side"),
    503: N_("The service is busy"),
}
MESSAGES: Final = {
    400: N_("Go back, reload the page and try again."),
    401: N_("Sign in to see this page."),
    403: N_("Your account does not have the permission for this page."),
    404: N_("There is nothing at this address, or it is not for your account."),
    405: N_("Go back and use the buttons of the page."),
    409: N_("Reload the page and look at the present state."),
    413: N_("The file or form is larger than this page accepts. Send it in smaller parts."),
    422: N_("Go back and check what you entered."),
    429: N_("Wait some minutes, and then try again."),
    500: N_("Nothing was saved. If it happens again, tell the administrator the request number."),
    503: N_("Nothing was saved. Wait a moment, and then try again."),
}
_FORM_EXPIRED: Final = N_("The page was open before you signed in or out. Reload it and try again.")
# A page of last resort: no template, no database, no style.
_BARE_PAGE: Final = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>{message}</p><p>{request_id}</p></main></body></html>"
)
RETRY_AFTER_SECONDS: Final = 10


def register(app: Flask) -> None:
    """Hand all errors of an application to this module."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_unavailable)
    app.register_error_handler(InternalServerError, _internal_error)


def _domain_error(error: DomainError) -> Response:
    code = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 409)
    page = error_page(code, str(error))
    if code == 503:
        page.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return page


def _form_expired(_error: CSRFError) -> Response:
    return error_page(400, gettext(_FORM_EXPIRED))


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400 or isinstance(error, RequestedRangeNotSatisfiable):
        return make_response(error.get_response())
    page = error_page(code)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            page.headers[name] = value
    return page


def _database_unavailable(error: OperationalError) -> Response:
    _log.error("the database refused", exc_info=error, extra=_request_fields())
    page = error_page(503, without_account=True)
    page.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return page


def _internal_error(_error: InternalServerError) -> Response:
    return error_page(500, without_account=True)


def _request_fields() -> dict[str, object]:
    return {"fields": {"request_id": g.get("request_id"), "path": request.path}}


def error_page(code: int, message: str | None = None, *, without_account: bool = False) -> Response:
    """The page (or JSON) of an error; whatever the request had written is rolled back.

    `without_account` renders it as for nobody, when the database may be the trouble.
    """
    title = gettext(TITLES.get(code, TITLES[400 if code < 500 else 500]))
    text = message or gettext(MESSAGES.get(code, MESSAGES[400 if code < 500 else 500]))
    request_id = str(g.get("request_id", ""))
    details = {"code": code, "title": title, "message": text, "request_id": request_id}
    if prefers_json(request):
        return make_response(jsonify({"error": details}), code)
    try:
        session().rollback()
        if without_account:
            g._login_user = login.anonymous_user()  # noqa: SLF001 - flask_login's own place
        templates: list[str | Template] = [f"errors/{code}.html", "errors/error.html"]
        return make_response(render_template(templates, **details), code)
    except Exception:  # noqa: BLE001 - whatever it is, an answer must go out
        _log.exception("the error page failed", extra=_request_fields())
        lang = "zh-Hans" if current_locale() == "zh" else "en"
        values = {"lang": lang, "title": title, "message": text}
        page = _BARE_PAGE.format(
            request_id=escape(request_id), **{name: escape(text) for name, text in values.items()}
        )
        return make_response(page, code)
