"""The forms of a standing arrangement: enter it, change it from a day on, end it."""

from datetime import date, time
from typing import Any, Final, TypeVar
from uuid import uuid4

from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput, TimeInput

from community.activities.rules import ActivityKind, Subject
from community.kernel import clock
from community.kernel.errors import RuleViolationError
from community.kernel.formats import weekday
from community.kernel.i18n import N_, Message, gettext, label
from community.kernel.workbook import fold
from community.walking_teaching.models import WalkingTeachingArrangement
from community.walking_teaching.rules import (
    ARRANGED_KINDS,
    MAX_SLOTS,
    ArrangementDraft,
    Rhythm,
    SlotDraft,
    TermDays,
    TravelMode,
    read_lessons,
)
from community.walking_teaching.services import Offer, draft_of
from community.web.forms import Form, holds_from_field, members_of, required_day, said

E = TypeVar("E")
MAX_TRAVEL_MINUTES: Final = 240
REASON: Final = said(N_("Cause"))
CAUSE_NEEDED: Final = N_("Give the cause: the receiving school sees it.")
STAFF_NUMBER_NEEDED: Final = N_("Give the staff number: it tells teachers of the same name apart.")


def needed(message: str) -> InputRequired:
    """What a field that may not stay empty says when it is."""
    return InputRequired(said(message))


def cleaned(text: str | None) -> str | None:
    """A text without blanks around it and without what no page shows; blank is None."""
    kept = "".join(c for c in text or "" if c.isprintable() or c == "\n").strip()
    return kept or None


class SlotForm(Form):
    """A line of the weekly timetable; without a weekday it says nothing."""

    class Meta(Form.Meta):
        """A part of a form needs no token of its own."""

        csrf = False

    weekday = SelectField(said(N_("Weekday")), [Optional()])
    lessons = StringField(
        said(N_("Lessons")), [Length(max=60)], filters=[cleaned], render_kw={"autocomplete": "off"}
    )
    starts_at = StringField(said(N_("Begins at")), widget=TimeInput())
    ends_at = StringField(said(N_("Ends at")), widget=TimeInput())
    rhythm = SelectField(said(N_("Weeks")), [Optional()])

    def offer(self) -> None:
        """Fill the choices, in the language now in force."""
        self.weekday.choices = [
            ("", "—"),
            *((str(number), weekday(number)) for number in range(5)),
        ]
        self.rhythm.choices = [(rhythm.value, label(rhythm)) for rhythm in Rhythm]

    @property
    def is_blank(self) -> bool:
        """Whether the line says nothing."""
        typed = (self.weekday.data, self.lessons.data, self.starts_at.data, self.ends_at.data)
        return not any(typed)

    def draft(self, line: int) -> SlotDraft:
        """The line as typed. Raises RuleViolationError that names it."""
        if not self.weekday.data:
            raise _fault_of_line(line, N_("choose the weekday."))
        if not self.lessons.data:
            raise _fault_of_line(line, N_("give the lessons, for example 第2-3节."))
        try:
            lessons = read_lessons(self.lessons.data)
        except RuleViolationError as fault:
            raise _fault_of_line(line, fault.message) from fault
        return SlotDraft(
            weekday=int(self.weekday.data),
            lessons=lessons,
            starts_at=_time(self.starts_at.data, line),
            ends_at=_time(self.ends_at.data, line),
            rhythm=Rhythm(self.rhythm.data or Rhythm.EVERY_WEEK),
        )


def _time(text: str | None, line: int) -> time | None:
    typed = fold(text or "")
    if not typed:
        return None
    try:
        hour, minute = typed.split(":")[:2]
        return time(int(hour), int(minute))
    except ValueError:
        raise _fault_of_line(line, N_("write the time like 08:50.")) from None


def _fault_of_line(line: int, reason: Message | str) -> RuleViolationError:
    what = reason if isinstance(reason, Message) else Message(reason)
    return RuleViolationError(
        Message(N_("Line %(line)s: %(reason)s"), {"line": line, "reason": what}), field="slots"
    )


class _TeachingForm(Form):
    teacher_name = StringField(
        said(N_("Teacher")),
        [needed(N_("Give the name of the teacher who goes there.")), Length(max=60)],
        filters=[cleaned],
        render_kw={"list": "teachers", "data-fills": "staff_number", "autocomplete": "off"},
    )
    staff_number = StringField(
        said(N_("Staff number")),
        [needed(STAFF_NUMBER_NEEDED), Length(max=40)],
        filters=[cleaned],
        description=said(N_("It tells teachers of the same name apart, and finds clashes.")),
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    subject = SelectField(
        said(N_("School subject")),
        [Optional()],
        description=said(N_("Leave empty where a kindergarten receives.")),
    )
    grade = StringField(said(N_("Grade and class")), [Length(max=40)], filters=[cleaned])
    travel_mode = SelectField(said(N_("Travels by")), [Optional()])
    travel_minutes = IntegerField(
        said(N_("Minutes on the way")),
        [Optional(), NumberRange(min=0, max=MAX_TRAVEL_MINUTES)],
        description=said(
            N_("One way. With less time than that between two schools the timetable is refused.")
        ),
    )
    slots = FieldList(
        FormField(SlotForm),
        said(N_("Weekly lessons")),
        min_entries=MAX_SLOTS,
        max_entries=MAX_SLOTS,
    )
    note = TextAreaField(said(N_("Note")), [Length(max=500)], filters=[cleaned])

    def offer_words(self) -> None:
        """Fill the choices that are the same for everybody, in the language now in force."""
        self.subject.choices = members_of(Subject, blank=N_("none"))()
        self.travel_mode.choices = members_of(TravelMode, blank=N_("not given"))()
        for line in self.slots:
            line.form.offer()

    def slot_drafts(self) -> tuple[SlotDraft, ...]:
        """The lines that say something. Raises RuleViolationError that names a line."""
        lines = enumerate((line.form for line in self.slots), start=1)
        return tuple(form.draft(number) for number, form in lines if not form.is_blank)

    def teaching(self) -> dict[str, Any]:
        """What both forms have in common, as a draft calls it."""
        return {
            "teacher_name": self.teacher_name.data or "",
            "staff_number": self.staff_number.data or "",
            "subject": _word(Subject, self.subject.data),
            "grade": self.grade.data,
            "travel_mode": _word(TravelMode, self.travel_mode.data),
            "travel_minutes": self.travel_minutes.data,
            "note": self.note.data,
            "slots": self.slot_drafts(),
        }


def _word(kind: type[E], text: str | None) -> E | None:
    return kind(text) if text else None  # type: ignore[call-arg] # of enumerations


class ArrangementForm(_TeachingForm):
    """A new arrangement."""

    kind = RadioField(said(N_("Kind")), [needed(N_("Choose the kind."))])
    community = SelectField(
        said(N_("Community")),
        [Optional()],
        description=said(N_("Or inside a school district, where it counts for no community.")),
    )
    sender = SelectField(said(N_("Sending school")), [needed(N_("Choose the sending school."))])
    receiver = SelectField(
        said(N_("Receiving school")), [needed(N_("Choose the receiving school."))]
    )
    term = SelectField(said(N_("Term")), [needed(N_("Choose the term."))])
    starts_on = DateField(
        said(N_("From")), [Optional()], description=said(N_("Blank: the first day of the term."))
    )
    ends_on = DateField(
        said(N_("Until")),
        [Optional()],
        description=said(
            N_("Blank: the last day of the term; of support teaching and rotation, of the year.")
        ),
    )
    form_key = HiddenField()

    def renew_key(self) -> None:
        """Give an empty form its key, by which a second sending is recognised."""
        self.form_key.data = self.form_key.data or str(uuid4())

    def offer(self, offered: Offer, own_ids: frozenset[int], *, must_send: bool) -> None:
        """Fill the choices; `must_send`: only the actor's own schools send."""
        self.offer_words()
        self._terms = {str(term.id): term for term in offered.terms}
        schools = {
            str(fellow.school_id): (fellow.school_name, {"data-pinyin": fellow.school_pinyin})
            for fellow in offered.fellows
        }
        groups = {
            fellow.community_code or "": fellow.group_name
            if fellow.community_code
            else gettext(N_("Inside the school district, outside any community"))
            for fellow in offered.fellows
        }
        self._communities = {
            fellow.community_code: fellow.community_id
            for fellow in offered.fellows
            if fellow.community_code
        }
        self.kind.choices = [(kind.value, _capitalised(label(kind))) for kind in ARRANGED_KINDS]
        self.community.choices = [
            (code, f"{code} {name}" if code else name) for code, name in groups.items()
        ] or [("", "—")]
        own = [(key, *name) for key, name in schools.items() if int(key) in own_ids]
        rest = [(key, *name) for key, name in schools.items() if int(key) not in own_ids]
        choose = ("", gettext(N_("choose")))
        self.sender.choices = own if must_send else [*own, *rest]
        self.receiver.choices = [choose, *rest, *([] if must_send else own)]
        self.term.choices = [(key, term_name(term)) for key, term in self._terms.items()]

    def begin(self) -> None:
        """Set what an empty form begins with: today's term."""
        today = clock.today()
        self.kind.data = ActivityKind.WALKING_TEACHING.value
        for key, term in reversed(self._terms.items()):
            if term.ends_on >= today:
                self.term.data = key
                break

    def draft(self) -> ArrangementDraft:
        """The arrangement as typed."""
        term, kind = self._terms[self.term.data], ActivityKind(self.kind.data)
        teaching = self.teaching()
        draft = ArrangementDraft(
            community_id=self._communities.get(self.community.data or ""),
            kind=kind,
            sender_id=int(self.sender.data),
            receiver_id=int(self.receiver.data),
            term=term,
            starts_on=self.starts_on.data or term.starts_on,
            ends_on=self.ends_on.data or term.ends_on,
            **teaching,
        )
        if draft.is_full_time and not self.ends_on.data:
            return ArrangementDraft(**{**_fields(draft), "ends_on": term.year_ends_on})
        return draft


def _fields(draft: ArrangementDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__slots__}


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def term_name(term: TermDays) -> str:
    """What a term is called: 2026-2027 学年第一学期."""
    names = {1: N_("%(year)s, first term"), 2: N_("%(year)s, second term")}
    return gettext(names.get(term.number, N_("%(year)s, another term")), year=term.school_year)


class ChangeForm(_TeachingForm):
    """Changes of an arrangement from a day on."""

    ends_on = DateField(said(N_("Until")), [needed(N_("Give the last day of the arrangement."))])
    holds_from = holds_from_field(
        N_(
            "From today at the earliest. Visits planned from this day on follow the change; those "
            "before, and those that were taught, cancelled, substituted or moved, stay."
        )
    )
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @classmethod
    def of(cls, found: WalkingTeachingArrangement) -> "ChangeForm":
        """The form filled with what is on file."""
        return cls(
            formdata=None,
            data={
                "teacher_name": found.teacher_name,
                "staff_number": found.staff_number,
                "subject": found.subject or "",
                "grade": found.grade,
                "travel_mode": found.travel_mode or "",
                "travel_minutes": found.travel_minutes,
                "note": found.note,
                "ends_on": found.ends_on,
                "holds_from": max(clock.today(), found.starts_on),
                "revision": found.revision,
                "slots": [
                    {
                        "weekday": str(slot.weekday),
                        "lessons": slot.slots_text,
                        "starts_at": _hour(slot.starts_at),
                        "ends_at": _hour(slot.ends_at),
                        "rhythm": slot.rhythm.value,
                    }
                    for slot in found.slots
                ],
            },
        )

    @property
    def day(self) -> date:
        """The day from which the change holds."""
        return required_day(self.holds_from)

    def draft(self, found: WalkingTeachingArrangement) -> ArrangementDraft:
        """The arrangement as it will be."""
        ends_on = required_day(self.ends_on)
        return ArrangementDraft(
            **{**_fields(draft_of(found)), **self.teaching(), "ends_on": ends_on}
        )


def _hour(value: time | None) -> str:
    return f"{value:%H:%M}" if value else ""


class EndForm(Form):
    """The last day of an arrangement that ends before its time."""

    last_day = DateField(
        said(N_("Last day")),
        [needed(N_("Give the last day of the arrangement."))],
        default=clock.today,
        description=said(N_("On this day it still holds. Open visits after it are cancelled.")),
    )
    reason = StringField(
        REASON,
        [needed(CAUSE_NEEDED), Length(max=300)],
        filters=[cleaned],
        description=said(N_("The receiving school sees it.")),
    )
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def day(self) -> date:
        """The last day as typed."""
        return required_day(self.last_day)
