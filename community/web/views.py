"""The language switch, and what a load balancer asks."""

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    request,
)
from flask.typing import ResponseReturnValue

from community.kernel import doctor
from community.kernel.database import session
from community.kernel.i18n import LOCALES
from community.web.app import LOCALE_COOKIE
from community.web.security import ONE_YEAR_SECONDS, public, safe_next

blueprint = Blueprint("web", __name__)


@blueprint.post("/language")
@public
def switch_language() -> ResponseReturnValue:
    """Change the language of this browser, and go back to the same page."""
    answer = redirect(safe_next(request.form.get("next")))
    locale = request.form.get("locale", "")
    if locale in LOCALES:
        answer.set_cookie(
            LOCALE_COOKIE,
            locale,
            max_age=ONE_YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return answer


@blueprint.get("/health/live")
@public
def live() -> Response:
    """The process answers."""
    return jsonify({"ok": True})


@blueprint.get("/health/ready")
@public
def ready() -> Response:
    """Database, migrations and storage are as a request needs them; else 503."""
    findings = doctor.readiness(
        session, current_app.config["DATA_DIR"], current_app.config["MIGRATIONS_DIR"]
    )
    checks = {finding.name: finding.is_ok for finding in findings}
    is_ok = all(checks.values())
    return make_response(jsonify({"ok": is_ok, "checks": checks}), 200 if is_ok else 503)
