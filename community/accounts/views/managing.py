"""The accounts that one manages."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.accounts import queries, services
from community.accounts.forms import AccountForm, account_filter
from community.accounts.models import UserAccount
from community.accounts.rules import reach
from community.accounts.rules import sign_in as limits
from community.accounts.views.signing_in import actor, blueprint
from community.journal.views import log_view_of_people
from community.kernel.errors import RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, gettext, label
from community.web import navigation
from community.web.security import requires

navigation.add(
    N_("Accounts"),
    "accounts.accounts",
    Permission.ACCOUNT_MANAGE,
    group=N_("Administration"),
    icon="account",
    order=800,
)


@blueprint.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def accounts() -> ResponseReturnValue:
    """The accounts within reach, by user name."""
    given = {key: request.args.get(key, "") for key in ("q", "role", "state")}
    page = services.managed_accounts(
        account_filter(given["q"], given["role"], given["state"]),
        after=request.args.get("after"),
        before=request.args.get("before"),
        actor=actor,
    )
    log_view_of_people(actor.county_id)
    roles = [(str(role), label(role)) for role in reach.MANAGED_ROLES[actor.role]]
    return render_template("accounts/accounts.html", page=page, given=given, roles=roles)


@blueprint.get("/accounts/new")
@requires(Permission.ACCOUNT_MANAGE)
def new_account() -> ResponseReturnValue:
    """The form for a new account."""
    form = AccountForm(formdata=None)
    form.renew_key()
    return _new_account_page(form)


@blueprint.post("/accounts/new")
@requires(Permission.ACCOUNT_MANAGE)
def create_account() -> ResponseReturnValue:
    """Create an account and show its one-time password, this once."""
    form = _account_form()
    if not form.validate():
        return _new_account_page(form, 422)
    try:
        issued = services.create_account(form.draft(), actor=actor, form_key=form.form_key.data)
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _new_account_page(form, 422)
    return _issued_page(issued.account, issued.one_time_password, is_new=True)


@blueprint.get("/accounts/<int:account_id>")
@requires(Permission.ACCOUNT_MANAGE)
def account(account_id: int) -> ResponseReturnValue:
    """One account, to look at and to change."""
    found = services.managed_account(account_id, actor=actor)
    log_view_of_people(found.county_id)
    return _account_page(found, _filled_form(found))


@blueprint.post("/accounts/<int:account_id>")
@requires(Permission.ACCOUNT_MANAGE)
def update_account(account_id: int) -> ResponseReturnValue:
    """Save name, role and scope; a stale write shows both versions."""
    found = services.managed_account(account_id, actor=actor)
    form = _account_form()
    form.user_name.data = found.user_name
    if not form.validate():
        return _account_page(found, form, 422)
    try:
        services.update_account(
            account_id, form.draft(), revision=form.revision.data or 0, actor=actor
        )
    except StaleWriteError as error:
        form.show_conflict(error)
        return _account_page(found, form, 409)
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _account_page(found, form, 422)
    flash(gettext(N_("The account is saved.")), "success")
    return redirect(url_for("accounts.account", account_id=account_id))


@blueprint.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable_account(account_id: int) -> ResponseReturnValue:
    """Close an account to signing in."""
    found = services.disable_account(account_id, actor=actor)
    text = N_("The account of %(name)s is disabled; its sessions have ended.")
    flash(gettext(text, name=found.display_name), "success")
    return redirect(url_for("accounts.account", account_id=account_id))


@blueprint.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable_account(account_id: int) -> ResponseReturnValue:
    """Open a disabled account again."""
    found = services.enable_account(account_id, actor=actor)
    flash(gettext(N_("The account of %(name)s is enabled."), name=found.display_name), "success")
    return redirect(url_for("accounts.account", account_id=account_id))


@blueprint.post("/accounts/<int:account_id>/password")
@requires(Permission.ACCOUNT_MANAGE)
def reset_password(account_id: int) -> ResponseReturnValue:
    """Hand out a one-time password, shown this once."""
    issued = services.reset_password(account_id, actor=actor)
    return _issued_page(services.managed_account(account_id, actor=actor), issued)


def _account_form() -> AccountForm:
    form = AccountForm()
    form.offer_roles(actor)
    return form


def _filled_form(found: UserAccount) -> AccountForm:
    form = AccountForm(
        formdata=None,
        user_name=found.user_name,
        display_name=found.display_name,
        role=str(found.role),
        scope=queries.scope_reference(found),
        revision=found.revision,
    )
    form.offer_roles(actor)
    return form


def _new_account_page(form: AccountForm, status: int = 200) -> Response:
    form.offer_roles(actor)
    suggestions = queries.scope_suggestions(actor)
    page = render_template("accounts/new_account.html", form=form, suggestions=suggestions)
    return make_response(page, status)


def _account_page(found: UserAccount, form: AccountForm, status: int = 200) -> Response:
    page = render_template(
        "accounts/account.html",
        account=found,
        form=form,
        scope_label=queries.scope_label_of(found.id),
        suggestions=queries.scope_suggestions(actor),
        is_self=found.id == actor.actor_id,
    )
    return make_response(page, status)


def _issued_page(found: UserAccount, password: str | None, *, is_new: bool = False) -> Response:
    lifetime = limits.ONE_TIME_PASSWORD_LIFETIME.days
    page = render_template(
        "accounts/issued.html", account=found, password=password, is_new=is_new, days=lifetime
    )
    return make_response(page)
