"""What happens to planned visits: one form each, and the page on which a week is reported."""

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from wtforms import DateField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import Length

from community.kernel.i18n import N_
from community.walking_teaching.forms.arrangements import (
    CAUSE_NEEDED,
    REASON,
    STAFF_NUMBER_NEEDED,
    cleaned,
    needed,
)
from community.walking_teaching.rules import VisitMove
from community.walking_teaching.services import TaughtVisit
from community.web.forms import Form, required_day, said

USUAL_REASONS: Final = (
    N_("The teacher is on leave"),
    N_("Examination at the school"),
    N_("Activity of the school"),
    N_("Bad weather"),
    N_("Training or meeting"),
)


def _cause_field() -> StringField:
    return StringField(
        REASON,
        [needed(CAUSE_NEEDED), Length(max=300)],
        filters=[cleaned],
        description=said(N_("The receiving school sees it.")),
        render_kw={"list": "usual-reasons", "autocomplete": "off"},
    )


class CancelForm(Form):
    """Why a visit does not take place."""

    reason = _cause_field()


class SubstituteForm(Form):
    """Who goes instead."""

    teacher_name = StringField(
        said(N_("Substitute")),
        [needed(N_("Give the name of the teacher who goes instead.")), Length(max=60)],
        filters=[cleaned],
        render_kw={"list": "teachers", "data-fills": "staff_number", "autocomplete": "off"},
    )
    staff_number = StringField(
        said(N_("Staff number")),
        [needed(STAFF_NUMBER_NEEDED), Length(max=40)],
        filters=[cleaned],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    reason = _cause_field()


class MoveForm(Form):
    """To which day a visit moves."""

    moved_to = DateField(said(N_("New day")), [needed(N_("Give the day to which it moves."))])
    lessons = StringField(
        said(N_("Lessons")),
        [Length(max=60)],
        filters=[cleaned],
        description=said(N_("Blank: the same lessons at the same time.")),
    )
    reason = _cause_field()

    @property
    def day(self) -> Any:
        """The day as typed."""
        return required_day(self.moved_to)


class PlainForm(Form):
    """A question with a button."""


FORMS: Final[Mapping[VisitMove, type[Form]]] = {
    VisitMove.CANCEL: CancelForm,
    VisitMove.SUBSTITUTE: SubstituteForm,
    VisitMove.MOVE: MoveForm,
    VisitMove.RESTORE: PlainForm,
}


class TaughtForm(Form):
    """The visits of a week that took place, each with the archive number of its evidence."""

    visits = SelectMultipleField(said(N_("Visits")), coerce=int, choices=(), validate_choice=False)

    def evidence_of(self, visit_id: int) -> str:
        """What was typed beside a visit."""
        return (cleaned(request.form.get(f"evidence-{visit_id}")) or "")[:300]

    def taught(self) -> list[TaughtVisit]:
        """The visits as chosen."""
        return [
            TaughtVisit(visit_id, self.evidence_of(visit_id) or None)
            for visit_id in self.visits.data or ()
        ]


class RollOverForm(Form):
    """The arrangements that go on in the next term."""

    term = HiddenField()
    arrangements = SelectMultipleField(
        said(N_("Arrangements")), coerce=int, choices=(), validate_choice=False
    )
