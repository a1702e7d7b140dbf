"""What all pages of a community share: the blueprint, opening one, answering a form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor
from community.communities.services.reading import OpenCommunity, open_community
from community.journal.views import log_view_of_people
from community.kernel.errors import AccessDeniedError
from community.kernel.i18n import N_, gettext
from community.web import forms
from community.web.forms import Form

blueprint = Blueprint("communities", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it


def opened(code: str) -> OpenCommunity:
    """The community of an address; that it is read is noted."""
    found = open_community(code, actor=actor)
    log_view_of_people(found.community.county_id)
    return found


def opened_to_edit(code: str) -> OpenCommunity:
    """The same for who may change it."""
    found = open_community(code, actor=actor)
    if not found.may_edit:
        raise AccessDeniedError
    return found


@dataclass(frozen=True)
class FormPage:
    """A page with one form: what stands around it, and where it leads."""

    title: str  # the texts are msgids
    button: str
    cancel: str
    opened: OpenCommunity | None = None
    lead: str = ""
    tab: str = ""

    def answer(self, form: Form, **context: Any) -> str:
        """The page with the form as it stands."""
        return render_template("communities/form.html", page=self, form=form, **context)


def answer_form(
    form: Form,
    save: Callable[[], object],
    page: Callable[[], str],
    *,
    done: str,
    target: Callable[[], str],
) -> ResponseReturnValue:
    """Save what a form says, say so and go on; or show it again with everything that was typed."""

    def go_on(_saved: object) -> ResponseReturnValue:
        flash(gettext(done), "success")
        return redirect(target())

    return forms.answer_form(form, save, page=page, done=go_on)


def offered(form: Form) -> Form:
    """The form with its choices, in the language now in force."""
    if hasattr(form, "offer"):
        form.offer()
    return form


SAVE = N_("Save")
SAVED = N_("The change is saved.")
