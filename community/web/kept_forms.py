"""A form that was sent after its session had ended: it is kept, signed, in the sign-in page, and
goes on once its owner has signed in again."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from flask import Request, current_app, session
from itsdangerous import BadData, URLSafeTimedSerializer

_COOKIE_KEY: Final = "_user_id"  # Flask-Login's, of the session's token
_LIFETIME_SECONDS: Final = 12 * 3600
# Of what is kept, packed: it travels in a form itself.
MOST_SIGNS: Final = 150_000


@dataclass(frozen=True)
class KeptForm:
    """What was sent and where to; `session_sha256` tells whose it is. It never holds a
    file or a password."""

    address: str
    fields: tuple[tuple[str, str], ...]
    session_sha256: str


def keep_form(sent: Request) -> str | None:
    """What was sent, signed; None when nobody can be told to own it, when it holds a password, or
    when it is too much."""
    token = session.get(_COOKIE_KEY)
    if not token or not sent.form or any("password" in name for name in sent.form):
        return None
    fields = [(name, text) for name, text in sent.form.items(multi=True) if name != "csrf_token"]
    owner = sha256(str(token).encode()).hexdigest()
    packed = str(_signer().dumps([sent.full_path.rstrip("?"), fields, owner]))
    return packed if len(packed) <= MOST_SIGNS else None


def open_kept_form(packed: str | None) -> KeptForm | None:
    """What was kept; None when it was tampered with or is half a day old."""
    if not packed:
        return None
    try:
        address, fields, owner = _signer().loads(packed, max_age=_LIFETIME_SECONDS)
    except BadData:
        return None
    return KeptForm(address, tuple((name, text) for name, text in fields), owner)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kept-form")
