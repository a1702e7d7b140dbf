"""The list of one's saved forms (暂存)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities.forms.entry import entry_kind
from community.activities.rules import Sheet
from community.activities.rules.entries import FILLED, table_words
from community.activities.services import entries as services
from community.activities.views.records import blueprint
from community.kernel.i18n import N_
from community.web import navigation
from community.web.security import requires

navigation.add(
    N_("Saved forms"),
    "activities.entries",
    Permission.ACTIVITY_REPORT,
    icon="report",
    order=30,
)


@blueprint.get("/entries")
@requires(Permission.ACTIVITY_REPORT)
def entries() -> ResponseReturnValue:
    """What one has begun and not reported yet, the latest first."""
    page = services.own_entries(
        after=request.args.get("after"), before=request.args.get("before"), actor=current_user
    )
    rows = [(row, called(row.sheet, row.fields), _address(row)) for row in page.rows]
    return render_template("activities/entries.html", page=page, rows=rows)


def _address(row: Any) -> str:
    """Where one goes on with a saved form, or a saved table."""
    endpoint = "grids.table" if FILLED in row.fields else "activities.entry"
    return url_for(endpoint, form_key=row.form_key)


def called(sheet: Sheet, fields: Mapping[str, Sequence[str]]) -> str:
    """What a saved form is about, as far as that has been typed."""
    if FILLED in fields:
        return str(table_words(fields[FILLED][0]))
    texts = ("".join(fields.get(name, ())[:1]) for name in entry_kind(sheet).called_by)
    return " · ".join(text for text in texts if text)
