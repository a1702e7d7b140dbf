"""Signing in and out, and the own account."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any, Final

import flask
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from community.access import Permission
from community.accounts import queries, services
from community.accounts.forms import PasswordForm, SignInForm
from community.accounts.rules import sign_in as limits
from community.accounts.rules.browsers import browser_name
from community.accounts.rules.reach import SignedInActor
from community.kernel import clock
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError
from community.kernel.formats import instant
from community.kernel.i18n import N_, gettext, label, ngettext
from community.web.app import CommunityApp, write_later
from community.web.extensions import login
from community.web.forms import Form
from community.web.kept_forms import KeptForm, open_kept_form
from community.web.security import SIGN_IN, own_transactions, public, requires, safe_next

blueprint = Blueprint("accounts", __name__)
# Flask-Login's key of the token in the cookie.
_COOKIE_KEY: Final = "_user_id"
# What somebody with a one-time password may reach before choosing an own one.
_OPEN_BEFORE_PASSWORD: Final = frozenset(
    {"accounts.password", "accounts.change_password", "accounts.sign_out"}
)
actor: SignedInActor = current_user  # a proxy; guarded views have somebody behind it


@blueprint.record_once
def _install(state: flask.blueprints.BlueprintSetupState) -> None:
    """Let the application ask for a password change before anything else."""
    app = state.app
    if isinstance(app, CommunityApp):
        app.gates.append(_ask_for_password)
    app.extensions[SIGN_IN] = _keeping_sign_in_page


@login.user_loader  # type: ignore[untyped-decorator] # Flask-Login has no types
def _load_actor(token: str) -> SignedInActor | None:
    found = services.actor_of_token(token)
    if found and limits.is_seen_again(found.last_seen_at, clock.now()):
        write_later(lambda: services.note_seen(found.session_id), is_essential=False)
    return found


def _ask_for_password() -> ResponseReturnValue | None:
    if not actor.must_change_password or request.endpoint in _OPEN_BEFORE_PASSWORD:
        return None
    return redirect(url_for("accounts.password"))


@blueprint.app_context_processor
def _account_links() -> dict[str, Any]:
    return {
        "account_url": url_for("accounts.own_account"),
        "sign_out_url": url_for("accounts.sign_out"),
    }


# --- signing in and out -----------------------------------------------------------------------


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; who is signed in already goes on."""
    wanted = request.args.get("next")
    if current_user.is_authenticated:
        return redirect(safe_next(wanted))
    form = SignInForm(formdata=None)
    form.next.data = safe_next(wanted)
    return _sign_in_page(form)


@blueprint.post("/sign-in")
@public
@own_transactions
def submit_sign_in() -> ResponseReturnValue:
    """Sign in. The attempt is counted whatever comes of it."""
    form = SignInForm()
    if (name := request.form.get("demo")) and _offers_demonstration():
        password = current_app.config["COMMUNITY"].demo_password
    elif form.validate():
        name, password = form.username.data or "", form.password.data or ""
    else:
        return _sign_in_page(form, 422)
    with transaction():
        admission = services.admit_attempt(name)
    if admission.retry_at is not None:
        return _throttled(_sign_in_page, form, admission)
    verified = services.verify_password(name, password)
    with transaction():
        account = services.settle_attempt(admission, verified, user_name=name)
        signed_in = services.open_session(account, password=password) if account else None
    if signed_in is None:
        form.add_error(_refusal())
        return _sign_in_page(form, 422)
    _keep(signed_in)
    if (kept := open_kept_form(form.kept.data)) is None:
        return redirect(safe_next(form.next.data))
    if not _is_owner(kept, signed_in):
        flash(gettext(N_("The form that was open belongs to another account: it was not sent.")))
        return redirect(safe_next(form.next.data))
    if signed_in.must_change_password:
        first = PasswordForm(formdata=None)
        first.kept.data = form.kept.data
        return _password_page(first)
    return _go_on(kept)


def _is_owner(kept: KeptForm, signed_in: SignedInActor) -> bool:
    """Whether it is who had sent a form that was kept; nobody else gets it."""
    return services.is_session_of(kept.session_sha256, signed_in.actor_id)


def _go_on(kept: KeptForm) -> ResponseReturnValue:
    return render_template("accounts/kept_form.html", kept=kept)


def _keeping_sign_in_page(wanted: str, kept: str) -> Response:
    """The sign-in page for whoever sent a form after the session had ended; it keeps the form."""
    form = SignInForm(formdata=None)
    form.next.data, form.kept.data = safe_next(wanted), kept
    return _sign_in_page(form, 401)


def _refusal() -> str:
    """One answer for a wrong name, a wrong password and a disabled account."""
    return gettext(
        N_(
            "User name and password do not match, or the account is closed. After %(limit)d wrong "
            "passwords in a row you have to wait %(minutes)d minutes. The account administrator "
            "of your education bureau can hand out a one-time password."
        ),
        limit=limits.ATTEMPTS_PER_NAME,
        minutes=limits.ATTEMPT_WINDOW.seconds // 60,
    )


def _throttled(
    page: Callable[[Any, int], Response], form: Form, admission: services.Admission
) -> Response:
    """Say when the next attempt is heard, and whom to ask (429)."""
    retry_at = admission.retry_at or clock.now()
    form.add_error(
        gettext(
            N_(
                "Too many wrong passwords. Try again after %(time)s; until then even the right "
                "one is refused. If you do not remember it, ask the account administrator of "
                "your education bureau for a one-time password."
            ),
            # The minute after, so that the time shown is never too early.
            time=instant(retry_at + timedelta(minutes=1))[-5:],
        )
    )
    answer = page(form, 429)
    answer.headers["Retry-After"] = str(ceil((retry_at - clock.now()).total_seconds()))
    return answer


def _sign_in_page(form: SignInForm, status: int = 200) -> Response:
    is_offered = _offers_demonstration()
    return make_response(
        render_template(
            "accounts/sign_in.html",
            form=form,
            has_lapsed=_COOKIE_KEY in flask.session and status == 200,
            has_kept=bool(form.kept.data),
            demonstration=is_offered,
            demonstration_accounts=[
                (row.user_name, label(row.role), row.scope_label)
                for row in (queries.operators_accounts() if is_offered else ())
            ],
            demonstration_password=current_app.config["COMMUNITY"].demo_password,
        ),
        status,
    )


def _offers_demonstration() -> bool:
    """Demonstration accounts are offered in a demonstration, to this machine only."""
    config = current_app.config["COMMUNITY"]
    return not config.is_production and config.is_loopback and queries.is_demonstration()


def _keep(signed_in: SignedInActor) -> None:
    """Put the new token into the cookie, and nothing else of what the browser brought.

    Only whoever comes back to the own account keeps the form token: forms that stayed open
    while the session lapsed can still be sent.
    """
    old_token, form_token = flask.session.get(_COOKIE_KEY), flask.session.get("csrf_token")
    flask.session.clear()
    if form_token and old_token and services.is_token_of(old_token, signed_in.actor_id):
        flask.session["csrf_token"] = form_token
    login_user(signed_in)


@blueprint.post("/sign-out")
@requires(Permission.ACCOUNT_SELF)
def sign_out() -> ResponseReturnValue:
    """End the session; the cookie is dead, wherever it was copied."""
    services.end_session(actor)
    logout_user()
    flask.session.clear()
    flash(gettext(N_("You are signed out.")), "success")
    return redirect(url_for("accounts.sign_in"))


# --- the own account --------------------------------------------------------------------------


@blueprint.get("/account")
@requires(Permission.ACCOUNT_SELF)
def own_account() -> ResponseReturnValue:
    """The own profile, and where one is signed in."""
    return render_template(
        "accounts/own_account.html",
        account=queries.account(actor.actor_id),
        sessions=services.own_sessions(actor),
        browser_name=browser_name,
        limits=limits.SESSION_LIMITS[actor.role],
        deputyships=services.own_deputyships(actor=actor),
    )


@blueprint.post("/account/sessions/end-others")
@requires(Permission.ACCOUNT_SELF)
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but in this browser."""
    ended = services.end_other_sessions(actor)
    text = ngettext("%(num)d other sign-in was ended.", "%(num)d other sign-ins were ended.", ended)
    flash(text, "success")
    return redirect(url_for("accounts.own_account"))


@blueprint.get("/account/password")
@requires(Permission.ACCOUNT_SELF)
def password() -> ResponseReturnValue:
    """The form for a new password; after a one-time password nothing else opens before."""
    return _password_page(PasswordForm(formdata=None))


@blueprint.post("/account/password")
@requires(Permission.ACCOUNT_SELF)
@own_transactions
def change_password() -> ResponseReturnValue:
    """Change the password. All sessions end; this browser gets a new one."""
    form = PasswordForm()
    if not form.validate():
        return _password_page(form, 422)
    with transaction():
        admission = services.admit_attempt(actor.user_name)
    if admission.retry_at is not None:
        return _throttled(_password_page, form, admission)
    verified = services.verify_password(actor.user_name, form.current_password.data or "")
    with transaction():
        account = services.settle_attempt(admission, verified, user_name=actor.user_name)
    if account is None:
        form.add_error(gettext(N_("This is not your present password.")), "current_password")
        return _password_page(form, 422)
    try:
        with transaction():
            services.change_password(actor.actor_id, form.password.data or "", actor=actor)
            signed_in = services.open_session(account)
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _password_page(form, 422)
    _keep(signed_in)
    flash(gettext(N_("Your password is changed. Everywhere else you are signed out.")), "success")
    kept = open_kept_form(form.kept.data)
    return _go_on(kept) if kept and _is_owner(kept, signed_in) else redirect("/")


def _password_page(form: PasswordForm, status: int = 200) -> Response:
    return make_response(render_template("accounts/password.html", form=form), status)
