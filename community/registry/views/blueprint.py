"""What all views of the registers share."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from community.kernel.i18n import N_, gettext
from community.registry.models import School
from community.web.forms import Form

blueprint = Blueprint("registry", __name__)
SAVED: Final = N_("Saved. What held before is kept, and counts as of earlier days do not change.")


def school_page(template: str, school: School, form: Form, **context: Any) -> str:
    """A page with a form about one school."""
    return render_template(template, school=school, form=form, **context)


def saved(text: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    """Say that something is saved (`text` is marked with `N_`), and go on to a page."""
    flash(gettext(text), "success")
    return redirect(url_for(endpoint, **values))
