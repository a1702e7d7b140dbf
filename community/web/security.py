"""Who gets in: permissions of views, safe addresses to return to, headers of every answer."""

import hashlib
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community import access
from community.access import Permission
from community.web.extensions import login
from community.web.kept_forms import keep_form

View = TypeVar("View", bound=Callable[..., Any])

_PERMISSION: Final = "_permission"
_BODY_LIMIT: Final = "_body_limit"
_OWN_TRANSACTIONS: Final = "_own_transactions"
PUBLIC: Final = "public"
# Files that hold nothing of anybody.
PUBLIC_ENDPOINTS: Final = frozenset({"static", "bootstrap.static"})
SIGN_IN: Final = "accounts.sign_in"
ONE_YEAR_SECONDS: Final = 31_536_000


# --- permissions ------------------------------------------------------------------------------


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a view asks for. The services ask again, with the place."""

    def declare(view: View) -> View:
        setattr(view, _PERMISSION, permission)
        return view

    return declare


def public(view: View) -> View:
    """Declare that a view is for everybody, signed in or not."""
    setattr(view, _PERMISSION, PUBLIC)
    return view


def accepts_up_to(size: int) -> Callable[[View], View]:
    """Let a view take bodies of up to `size` bytes; all others keep the small default."""

    def declare(view: View) -> View:
        setattr(view, _BODY_LIMIT, size)
        return view

    return declare


def own_transactions(view: View) -> View:
    """Declare that a view runs its transactions itself: one has to be kept whatever the answer
    is, or something slow would otherwise hold the database."""
    setattr(view, _OWN_TRANSACTIONS, True)
    return view


def commits_itself(app: Flask, endpoint: str | None) -> bool:
    """Whether a view declared `own_transactions`."""
    return getattr(app.view_functions.get(endpoint or ""), _OWN_TRANSACTIONS, False)


def declared_permission(app: Flask, endpoint: str | None) -> Permission | str | None:
    """What a view declares: a permission, PUBLIC, or None when it declares nothing."""
    if endpoint in PUBLIC_ENDPOINTS:
        return PUBLIC
    view = app.view_functions.get(endpoint or "")
    return getattr(view, _PERMISSION, None)


def guard(sent: Request) -> ResponseReturnValue | None:
    """Let the request pass (None), send it to the sign-in page, or raise 401 or 403.

    A view that declares nothing is closed to everybody.
    """
    permission = declared_permission(current_app, sent.endpoint)
    if permission is None:
        abort(403)
    if permission == PUBLIC:
        return None
    if not current_user.is_authenticated:
        answer: ResponseReturnValue = login.unauthorized()
        return answer
    access.require(current_user, Permission(permission))
    # Kept as plain text for the log: after a commit the account may no longer be readable.
    g.actor_id = current_user.actor_id
    return None


def raise_body_limit() -> None:
    """Apply what `accepts_up_to` declared, before anything reads the body."""
    view = current_app.view_functions.get(request.endpoint or "")
    if (limit := getattr(view, _BODY_LIMIT, None)) is not None:
        request.max_content_length = limit
        request.max_form_memory_size = limit


def send_to_sign_in() -> ResponseReturnValue:
    """Ask for a sign-in, and come back afterwards to what was asked for."""
    if prefers_json(request):
        abort(401)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?") or None))
    # What was typed is kept in the sign-in page; without that, the reader comes back to where the
    # form was.
    if (kept := keep_form(request)) is not None:
        answer: ResponseReturnValue = current_app.extensions[SIGN_IN](_own_referrer(), kept)
        return answer
    return redirect(url_for(SIGN_IN, next=_own_referrer() or None))


def _own_referrer() -> str:
    referrer = urlsplit(request.referrer or "")
    return referrer.path if referrer.netloc == request.host else "/"


def prefers_json(sent: Request) -> bool:
    """Whether the client would rather have JSON than a page."""
    offered = ["text/html", "application/json"]
    return sent.accept_mimetypes.best_match(offered) == "application/json"


def safe_next(target: str | None, fallback: str = "/") -> str:
    """The address to return to, if it is a path on this very site; else the fallback.

    Browsers read `\\` as `/` and skip control characters, so `/\\evil.com` leads elsewhere.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return fallback
    if "\\" in target or any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return fallback
    try:
        parts = urlsplit(target)
    except ValueError:
        return fallback
    return fallback if parts.scheme or parts.netloc else target


# --- headers ----------------------------------------------------------------------------------


def csp_nonce() -> str:
    """The nonce of this answer, for `<script nonce>`."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_security_policy() -> str:
    """What a page may load: nothing but what is ours."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_headers(response: Response) -> Response:
    """Put the security headers on an answer, errors and static files included."""
    response.headers.setdefault("Content-Security-Policy", content_security_policy())
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR_SECONDS}")
    if request.endpoint in PUBLIC_ENDPOINTS:
        _cache_static(response)
    else:
        # Pages name people and carry a form token: no copy stays on a shared computer.
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def _cache_static(response: Response) -> None:
    if response.status_code in (200, 206, 304) and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_SECONDS}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"


# --- versioned addresses of static files ------------------------------------------------------


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Add the digest of a static file to its address, so that it may be kept for ever."""
    if endpoint not in PUBLIC_ENDPOINTS or "filename" not in values:
        return
    owner = current_app.blueprints.get(endpoint.rpartition(".")[0], current_app)
    path = Path(owner.static_folder or "") / values["filename"]
    if path.is_file():
        values.setdefault("v", _digest(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=512)
def _digest(path: Path, _changed_at_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
