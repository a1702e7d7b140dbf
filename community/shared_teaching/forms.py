"""The form on which a shared-teaching session is entered."""

from collections.abc import Mapping, Sequence
from typing import Final

from wtforms import RadioField

from community.activities.forms.entry import EntryKind, LessonForm, declare_entry
from community.activities.forms.fields import choice_field, count_field, text_field
from community.activities.queries.entries import Suggested
from community.activities.rules import Mode, Sheet
from community.kernel.database import session
from community.kernel.i18n import N_
from community.shared_teaching import queries, services
from community.shared_teaching.models import SharedTeachingSession
from community.shared_teaching.rules import USUAL_MODES, SharedTeachingSessionDraft
from community.web.forms import members_of


class SharedTeachingForm(LessonForm):
    """A shared lesson or a joint research session."""

    sheet = Sheet.SHARED_TEACHING
    usual_modes = USUAL_MODES
    order = (
        *("community", "held_on", "kind", "mode", "topic", "lecturer_name"),
        *("provider", "receivers", "subject", "periods", "half_days"),
        *("grade", "pupils_count", "teachers_count", "evidence", "references", "note"),
    )

    mode = choice_field(
        RadioField,
        N_("Mode"),
        needed=N_("Choose whether people met online, on site or both."),
        choices=members_of(Mode),
    )
    topic = text_field(N_("Topic"), 300, needed=N_("Say what it was about, in a few words."))
    lecturer_name = text_field(N_("Lecturer"), 100)
    grade = text_field(N_("Grade"), 60)
    pupils_count = count_field(N_("Pupils taking part"))
    teachers_count = count_field(N_("Teachers taking part"))

    @property
    def told_apart_by(self) -> str:
        """The lecturer."""
        return self.lecturer_name.data or ""

    def draft(self) -> SharedTeachingSessionDraft:
        """The session as typed."""
        return SharedTeachingSessionDraft(
            activity=self.activity_draft(mode=Mode(self.mode.data), **self.lesson_amounts),
            grade=self.grade.data,
            topic=self.topic.data,
            lecturer_name=self.lecturer_name.data,
            pupils_count=self.pupils_count.data,
            teachers_count=self.teachers_count.data,
        )


_OWN_FIELDS: Final = ("topic", "lecturer_name", "grade", "pupils_count", "teachers_count")


def typed_of(activity_id: int) -> Mapping[str, Sequence[str]]:
    """What a record on file says in the fields that only this ledger has."""
    details = queries.details_of(session(), activity_id)
    values = {name: getattr(details, name) for name in _OWN_FIELDS}
    return {name: ["" if value is None else str(value)] for name, value in values.items()}


_S: Final = SharedTeachingSession
declare_entry(
    EntryKind(
        form=SharedTeachingForm,
        template="shared_teaching/entry.html",
        title=N_("Log shared teaching"),
        report=lambda form, source, actor: services.report_session(
            form.draft(), source, actor=actor
        ),
        typed=typed_of,
        called_by=("topic", "lecturer_name", "held_on"),
        suggested=Suggested(
            _S.activity_id,
            {"lecturer_name": _S.lecturer_name, "topic": _S.topic, "grade": _S.grade},
            {},
        ),
    )
)
