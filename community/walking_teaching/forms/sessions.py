"""The form on which a walking-teaching session is entered."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField

from community.activities.forms.entry import EntryKind, LessonForm, declare_entry
from community.activities.forms.fields import choice_field, text_field
from community.activities.queries.entries import Suggested
from community.activities.rules import Sheet
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from community.walking_teaching import queries, services
from community.walking_teaching.models import WalkingTeachingSession
from community.walking_teaching.rules import (
    TravelMode,
    WalkingTeachingSessionDraft,
    check_amount,
    read_lessons,
)
from community.web.forms import members_of


class WalkingTeachingForm(LessonForm):
    """One visit of one teacher."""

    sheet = Sheet.WALKING_TEACHING
    order = (
        *("community", "held_on", "kind", "teacher_name", "staff_number"),
        *("provider", "receivers", "slots", "subject", "periods", "half_days"),
        *("travel_mode", "evidence", "references", "note"),
    )

    teacher_name = text_field(
        N_("Teacher"), 60, needed=N_("Give the name of the teacher who went there.")
    )
    staff_number = text_field(
        N_("Staff number"),
        40,
        needed=N_("Give the staff number: it tells teachers of the same name apart."),
        autocapitalize="characters",
    )
    slots = text_field(
        N_("Lessons of the day"),
        60,
        hint=N_(
            "For example 第2-3节 for the second and third lesson; a kindergarten writes 上午, 下午 "
            "or 全天 for a morning, an afternoon or the whole day."
        ),
        needed=N_("Give the lessons of the day, for example 第2-3节."),
    )
    travel_mode = choice_field(
        SelectField, N_("Travels by"), choices=members_of(TravelMode, blank=N_("choose"))
    )

    def validate(self, *args: Any, **options: Any) -> bool:
        """Hold what was typed against the shape of the form, the lessons of the day included."""
        is_fit = super().validate(*args, **options)
        if not self.slots.data:
            return is_fit
        try:
            lessons = read_lessons(self.slots.data)
            check_amount(lessons, self.periods.data, self.half_days.data)
        except RuleViolationError as error:
            self.add_error(error, "slots" if error.field == "lessons" else error.field)
            return False
        return is_fit

    @property
    def told_apart_by(self) -> str:
        """The teacher."""
        return self.teacher_name.data or ""

    def draft(self) -> WalkingTeachingSessionDraft:
        """The visit as typed."""
        lessons = read_lessons(self.slots.data or "")
        return WalkingTeachingSessionDraft(
            activity=self.activity_draft(**self.lesson_amounts),
            teacher_name=self.teacher_name.data or "",
            staff_number=self.staff_number.data or "",
            slots_text=lessons.text,
            slots_mask=lessons.mask,
            travel_mode=TravelMode(self.travel_mode.data) if self.travel_mode.data else None,
        )


def typed_of(activity_id: int) -> Mapping[str, Sequence[str]]:
    """What a record on file says in the fields that only this ledger has."""
    details = queries.details_of(session(), activity_id)
    return {
        "teacher_name": [details.teacher_name],
        "staff_number": [details.staff_number],
        "slots": [details.slots_text],
        "travel_mode": [details.travel_mode or ""],
    }


_W = WalkingTeachingSession
declare_entry(
    EntryKind(
        form=WalkingTeachingForm,
        template="walking_teaching/entry.html",
        title=N_("Log walking-teaching"),
        report=lambda form, source, actor: services.report_session(
            form.draft(), source, actor=actor
        ),
        typed=typed_of,
        called_by=("teacher_name", "slots", "held_on"),
        suggested=Suggested(
            _W.activity_id,
            {"teacher_name": _W.teacher_name, "slots": _W.slots_text},
            {"teacher_name": _W.staff_number},
        ),
    )
)
