"""No pages of its own: says on every page that this is a demonstration, and keeps it at home."""

from typing import Any

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from community.accounts import queries as accounts
from community.kernel.i18n import gettext
from community.web.errors import error_page

blueprint = Blueprint("demonstration", __name__)

_MARK = "is_demonstration"


def _is_demonstration() -> bool:
    """Whether this database is a demonstration; one stays one for ever, so yes is remembered."""
    if not current_app.extensions.get(_MARK):
        try:
            current_app.extensions[_MARK] = accounts.is_demonstration()
        except SQLAlchemyError:  # the page that says so must not fail for the same reason
            return False
    return bool(current_app.extensions[_MARK])


@blueprint.app_context_processor
def mark() -> dict[str, Any]:
    """Let every page carry the mark."""
    return {"demonstration": _is_demonstration()}


@blueprint.before_app_request
def stay_at_home() -> Response | None:
    """Refuse to serve a demonstration, whose passwords are public, to anybody but this machine."""
    config = current_app.config["COMMUNITY"]
    if (config.is_production or not config.is_loopback) and _is_demonstration():
        message = gettext(
            "This database is a demonstration. It is served to this machine only, and never in "
            "production. Set DATABASE_URL to another database."
        )
        return error_page(503, message)
    return None
