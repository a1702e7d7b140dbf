"""What every template can use: the reader, the menu, the language, dates and numbers."""

from collections.abc import Callable
from typing import Any

from flask import Flask, g, request, url_for

from community.kernel import charts, i18n
from community.kernel.formats import FILTERS
from community.kernel.i18n import N_, gettext
from community.web import navigation
from community.web.security import csp_nonce

PRODUCT_NAME = N_("Urban–rural education communities")


def register(app: Flask) -> None:
    """Set up the templates of an application."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    # The extension's methods come with the extension and are unknown to type checkers.
    install: Callable[..., None] = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install(gettext, i18n.plural_form, newstyle=True)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["charts"] = charts
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    """Names that every template has. A feature that knows better replaces the empty ones by a
    context processor of its own."""
    locale = i18n.current_locale()
    return {
        "product_name": gettext(PRODUCT_NAME),
        "locale": locale,
        "other_locale": next(other for other in i18n.LOCALES if other != locale),
        "this_address": request.full_path.rstrip("?"),
        "switch_language_url": url_for("web.switch_language"),
        "navigation": navigation.groups(),
        "csp_nonce": csp_nonce(),
        "request_id": g.get("request_id", ""),
        "home_url": "/",
        "account_url": None,
        "sign_out_url": None,
        "search_url": None,
        "demonstration": False,
    }
