"""What the pages about accounts send."""

from uuid import uuid4

from wtforms import HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from community.access import Actor, Role
from community.accounts.queries import AccountFilter
from community.accounts.rules.passwords import SHORTEST
from community.accounts.rules.reach import MANAGED_ROLES, AccountDraft
from community.kernel.i18n import N_, gettext, label
from community.web.forms import Form, said


class SignInForm(Form):
    """Name and password, and where to go on."""

    username = StringField(
        said(N_("User name")), [InputRequired(said(N_("Type your user name."))), Length(max=100)]
    )
    password = PasswordField(said(N_("Password")), [InputRequired(said(N_("Type your password.")))])
    next = HiddenField()
    kept = HiddenField()  # a form that goes on afterwards, see web.kept_forms


class PasswordForm(Form):
    """A change of the own password. What was typed never comes back to the page."""

    current_password = PasswordField(
        said(N_("Present password")), [InputRequired(said(N_("Type your present password.")))]
    )
    password = PasswordField(
        said(N_("New password")),
        [InputRequired(said(N_("Type the new password.")))],
        description=said(
            N_(
                "At least %(shortest)d characters. Three or four words that have nothing to do "
                "with each other are easy to remember and hard to guess. Names of people, "
                "schools and places, dates and keys in a row do not count."
            ),
            shortest=SHORTEST,
        ),
    )
    repeated = PasswordField(
        said(N_("New password, once more")),
        [InputRequired(said(N_("Type the new password once more.")))],
    )
    kept = HiddenField()  # a form that goes on afterwards, as in `SignInForm`

    def validate(self, extra_validators: object = None) -> bool:
        """Check the shape, and that the new password was typed twice the same."""
        if not super().validate(extra_validators):
            return False
        if self.password.data != self.repeated.data:
            self.add_error(said(N_("The two new passwords differ. Type both again.")), "repeated")
            return False
        return True


class AccountForm(Form):
    """An account: who it is, what it may, where."""

    display_name = StringField(
        said(N_("Name")),
        [InputRequired(), Length(max=60)],
        description=said(N_("As colleagues know the person; it stands beside all that is done.")),
    )
    user_name = StringField(
        said(N_("User name")),
        [InputRequired(), Length(max=100)],
        description=said(
            N_("For signing in. Capitals make no difference. It cannot be changed later.")
        ),
    )
    role = SelectField(said(N_("Role")), [InputRequired()])
    scope = StringField(
        said(N_("Scope")),
        [Length(max=120)],
        description=said(
            N_(
                "Code or name of the city, county or school that the account is for. Only a "
                "system administrator has none."
            )
        ),
    )
    form_key = HiddenField()
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer_roles(self, actor: Actor) -> None:
        """Offer the roles that the actor may give."""
        self.role.choices = [
            ("", gettext(N_("choose"))),
            *((str(role), label(role)) for role in MANAGED_ROLES[actor.role]),
        ]

    def renew_key(self) -> None:
        """Give an empty form its key, by which a second sending is recognised."""
        self.form_key.data = self.form_key.data or str(uuid4())

    def draft(self) -> AccountDraft:
        """The account as typed."""
        return AccountDraft(
            user_name=self.user_name.data or "",
            display_name=self.display_name.data or "",
            role=Role(self.role.data),
            scope=self.scope.data or "",
        )


def account_filter(text: str, role: str, state: str) -> AccountFilter:
    """The filter of an address; what it does not know means all."""
    return AccountFilter(
        text=text.strip()[:100],
        role=Role(role) if role in tuple(Role) else None,
        is_disabled={"enabled": False, "disabled": True}.get(state),
    )
