"""The form on which an activity is entered: what all ledgers have in common.

A ledger's feature derives its form from `EntryForm` (`LessonForm` where there are lessons), says
with `declare_entry` how it is reported, and has a template that extends `activities/entry.html`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from community.access import Actor
from community.activities.forms.fields import choice_field, cleaned, count_field, text_field
from community.activities.models import Activity
from community.activities.queries.entries import Suggested
from community.activities.rules import (
    KINDS_OF,
    REASON_LENGTH,
    ActivityDraft,
    ActivityKind,
    Mode,
    Report,
    Sheet,
    Subject,
)
from community.activities.rules.entries import EntryChoices, EntryContent, Typed
from community.activities.rules.reporting import PERIODS_NEEDED, SUBJECT_NEEDED
from community.evidence.forms import EvidenceField
from community.evidence.rules import Chosen
from community.kernel.errors import RuleViolationError
from community.kernel.formats import day
from community.kernel.i18n import N_, gettext, label
from community.web.forms import Form, members_of, required_day, said, said_value

# The choice of no community: walking-teaching inside a school district.
OUTSIDE: Final = "outside"
MOST_REFERENCES: Final = 20
REFERENCE_LENGTH: Final = 300
# What belongs to the page and not to what was typed.
_OF_THE_PAGE: Final = frozenset(
    {"csrf_token", "revision", "saved_from", "replaces", "sheet", "then"}
)


@dataclass(frozen=True)
class Answer:
    """One line of the page on which answers are checked; `anchor` is the field's place."""

    label: str
    text: str
    anchor: str


class EntryForm(Form):
    """What every ledger asks: where, when, which kind, from whom to whom, with what evidence.

    The choices are put in by `offer`, before it is validated or shown. `draft()` of a derived form
    gives the command, `told_apart_by` the teacher or the goods by whom doubles are recognised.
    """

    sheet: ClassVar[Sheet]
    # The fields in the order of the page, in which faults and answers are listed.
    order: ClassVar[tuple[str, ...]] = ()
    # Fields without which the rest can be held against the rules already.
    left_out: ClassVar[frozenset[str]] = frozenset()
    # Fields without an answer of their own on the page that checks them.
    silent: ClassVar[frozenset[str]] = frozenset()

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)
    saved_from = StringField(widget=HiddenInput(), validators=[Length(max=36)])
    replaces = IntegerField(widget=HiddenInput(), validators=[Optional()])
    community = choice_field(RadioField, N_("Community"), needed=N_("Choose the community."))
    held_on = DateField(
        said(N_("Date")), [InputRequired(said(N_("Give the date, for example 2025-09-16.")))]
    )
    kind = choice_field(RadioField, N_("Kind"), needed=N_("Choose the kind."))
    provider = choice_field(
        SelectField, N_("Providing school"), needed=N_("Choose the providing school.")
    )
    receivers = choice_field(
        SelectMultipleField,
        N_("Receiving schools"),
        needed=N_("Choose at least one receiving school."),
        invalid_choice_message=lambda _count: N_("Choose the schools from the list."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=said(N_("Each of them is asked to confirm.")),
    )
    references = TextAreaField(
        said(N_("Archive numbers and links")),
        [Optional(), Length(max=MOST_REFERENCES * REFERENCE_LENGTH)],
        filters=[cleaned],
        description=said(
            N_("One per line. Without evidence the activity does not count; you can add it later.")
        ),
        render_kw={"rows": 2},
    )
    evidence = EvidenceField(said(N_("Photographs and files")))
    note = text_field(N_("Note"), 500)

    def __iter__(self) -> Iterator[Any]:
        """The fields in the order of the page; those that it does not name come last."""
        places = {name: place for place, name in enumerate(self.order)}
        return iter(sorted(super().__iter__(), key=lambda f: places.get(f.name, len(places))))

    def offer(self, choices: EntryChoices) -> None:
        """Put the choices in, in the language now in force."""
        self.choices = choices
        self.community.choices = [
            *(_choice(c.id, f"{c.code} {c.name}") for c in choices.communities),
            *(
                [_choice(OUTSIDE, gettext(N_("outside of communities, in the school district")))]
                if choices.has_district
                else []
            ),
        ]
        self.kind.choices = [
            _choice(kind, _first_large(label(kind))) for kind in KINDS_OF[self.sheet]
        ]
        self.provider.choices = [
            _choice("", gettext(N_("choose"))),
            *(
                (*_choice(school.id, school.name), {"data-pinyin": school.pinyin})
                for school in choices.providers
            ),
        ]
        self.receivers.choices = [_choice(school.id, school.name) for school in choices.schools]

    def validate(self, *args: Any, **options: Any) -> bool:
        """Hold what was typed against the shape of the form."""
        is_fit = bool(super().validate(*args, **options))
        return self._check_references() and is_fit

    def _check_references(self) -> bool:
        lines = self.reference_lines
        if len(lines) <= MOST_REFERENCES and all(len(x) <= REFERENCE_LENGTH for x in lines):
            return True
        self.add_error(
            gettext(
                N_("At most %(most)s lines of %(longest)s characters each are kept."),
                most=MOST_REFERENCES,
                longest=REFERENCE_LENGTH,
            ),
            "references",
        )
        return False

    @property
    def reference_lines(self) -> tuple[str, ...]:
        """The archive numbers and links, each once."""
        lines = (line.strip() for line in (self.references.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    @property
    def can_be_drafted(self) -> bool:
        """Whether enough is typed to hold it against the rules, once it has been validated."""
        faulty = {field.name for field in self if field.errors}
        return not self.form_errors and faulty <= self.left_out

    def add_fault(self, fault: RuleViolationError) -> None:
        """Show a fault that the rules find, unless its field has one already."""
        if fault.field is None or fault.field not in self or not self[fault.field].errors:
            self.add_error(fault, fault.field)

    @property
    def community_id(self) -> int | None:
        """The chosen community; None: none, or walking-teaching outside of any."""
        return number_of(self.community.data)

    def activity_draft(
        self,
        *,
        mode: Mode | None = None,
        subject: Subject | None = None,
        periods: int | None = None,
        half_days: int | None = None,
    ) -> ActivityDraft:
        """The shared part of the command, once the form has been validated; the county follows
        from the community when it is reported."""
        receiver_ids = tuple(int(chosen) for chosen in self.receivers.data or ())
        return ActivityDraft(
            sheet=self.sheet,
            community_id=self.community_id,
            county_id=0,
            held_on=required_day(self.held_on),
            kind=ActivityKind(self.kind.data),
            mode=mode,
            subject=subject,
            periods=periods,
            half_days=half_days,
            provider_id=int(self.provider.data or 0),
            receiver_ids=receiver_ids,
            confirmer_names=(None,) * len(receiver_ids),
            confirmed_on=None,
            evidence=self.reference_lines,
            note=self.note.data,
        )

    def as_data(self, typed: Typed) -> dict[str, object]:
        """What was saved in the plain fields, as their own data would be."""
        found: dict[str, object] = {}
        for field in self:
            if field.name in typed and not isinstance(field, EvidenceField):
                texts = list(typed[field.name])
                is_many = isinstance(field, SelectMultipleField)
                found[field.name] = texts if is_many else "".join(texts[:1])
        return found

    def add_files(self, ids: Iterable[int | None]) -> None:
        """Name files that another version of the form names, beside the own ones."""
        known = {one.attachment_id for one in self.evidence.data}
        others = [Chosen(id_) for id_ in ids if id_ is not None and id_ not in known]
        self.evidence.data = (*self.evidence.data, *others)

    def draft(self) -> Any:
        """The ledger's own command; its `activity` is the shared part."""
        raise NotImplementedError

    @property
    def told_apart_by(self) -> str:
        """The teacher, of a transfer the goods, by whom doubles are recognised."""
        raise NotImplementedError

    def answers(self) -> Iterator[Answer]:
        """What was typed, as a reader knows it."""
        for field in self:
            is_asked = not isinstance(field.widget, HiddenInput) and field.name not in self.silent
            if is_asked and self.applies(field.name):
                yield Answer(str(field.label.text), _said(field), field.id)

    def applies(self, _name: str) -> bool:
        """Whether a field has a meaning beside what else was typed."""
        return True


class LessonForm(EntryForm):
    """What is asked of lessons; kindergartens have half-days instead."""

    left_out = frozenset({"subject", "periods", "half_days"})

    subject = choice_field(SelectField, N_("School subject"))
    periods = count_field(N_("Lesson periods"))
    half_days = count_field(
        N_("Half-days"),
        hint=N_(
            "Only where all receiving schools are kindergartens: they have half-day activities."
        ),
    )

    def offer(self, choices: EntryChoices) -> None:
        """Put the choices in, in the language now in force."""
        super().offer(choices)
        self.subject.choices = [
            _choice(value, text) for value, text in members_of(Subject, blank=N_("choose"))()
        ]
        # Each is asked for where the other is not, which the rule says: none is left to choice.
        for field in (self.subject, self.periods, self.half_days):
            field.flags.required = True

    def validate(self, *args: Any, **options: Any) -> bool:
        """Hold what was typed against the shape of the form: lessons have subject and periods."""
        is_fit = super().validate(*args, **options)
        if self.half_days.data is not None or self._is_among_kindergartens:
            return is_fit
        for field, needed in ((self.subject, SUBJECT_NEEDED), (self.periods, PERIODS_NEEDED)):
            if not field.raw_data or not field.raw_data[0]:
                self.add_error(gettext(needed), field.name)
                is_fit = False
        return is_fit

    @property
    def _is_among_kindergartens(self) -> bool:
        kindergartens = {str(s.id) for s in self.choices.schools if s.is_kindergarten}
        chosen = set(self.receivers.data or ())
        return bool(chosen) and chosen <= kindergartens

    def applies(self, name: str) -> bool:
        """Lessons have no half-days, and half-days neither subject nor lesson periods."""
        has_half_days = self.half_days.data is not None
        return name not in (("subject", "periods") if has_half_days else ("half_days",))

    @property
    def lesson_amounts(self) -> dict[str, Any]:
        """Subject, lesson periods and half-days, for `activity_draft`."""
        is_subject = self.subject.data in tuple(Subject)
        return {
            "subject": Subject(self.subject.data) if is_subject else None,
            "periods": self.periods.data,
            "half_days": self.half_days.data,
        }


class ReportForm(Form):
    """The button under the answers, with the reason where a record looks the same."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    double_reason = TextAreaField(
        said(N_("What makes it another activity")),
        [Optional(), Length(max=REASON_LENGTH)],
        description=said(
            N_("For example: the second lesson of the same afternoon, with another class.")
        ),
        render_kw={"rows": 2},
    )


def _choice(value: object, text: str) -> tuple[str, str]:
    return str(value), text


def _said(field: Any) -> str:
    """What was typed in a field, as a reader knows it."""
    if isinstance(field, EvidenceField):
        names = [f"{file.name} {caption}".strip() for file, caption in field.uploads]
        return "\n".join(names) or "—"
    return day(field.data) if isinstance(field.data, date) else said_value(field, field.data)


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def number_of(text: object) -> int | None:
    """The id that a choice sends; None where it sends none."""
    said_ = str(text or "")
    return int(said_) if said_.isascii() and said_.isdigit() and len(said_) < 10 else None


# --- what is saved of a form --------------------------------------------------------------------


def read_content(sheet: Sheet, sent: MultiDict[str, str]) -> EntryContent:
    """What a page sent, to be saved as it was typed."""
    fields = {name: list(texts) for name, texts in sent.lists() if name not in _OF_THE_PAGE}
    chosen = number_of((fields.get("community") or [""])[0])
    return EntryContent(
        sheet, fields, community_id=chosen, replaces_id=number_of(sent.get("replaces"))
    )


def as_sent(fields: Typed) -> MultiDict[str, str]:
    """What was saved, as a form reads it."""
    return MultiDict([(name, text) for name, texts in fields.items() for text in texts])


# --- how each ledger does it --------------------------------------------------------------------


@dataclass(frozen=True)
class EntryKind:
    """How activities of one ledger are entered; texts are msgids."""

    form: type[EntryForm]
    template: str
    title: str
    # Reports what the form holds: the feature's own service.
    report: Callable[[Any, Report, Actor], Activity]
    # What the feature's own fields say of a record on file, to be repeated or corrected.
    typed: Callable[[int], Mapping[str, Sequence[str]]]
    # The fields by which a saved form is called in a list.
    called_by: tuple[str, ...] = ()
    # The columns whose values are offered while typing.
    suggested: Suggested | None = None


_kinds: dict[Sheet, EntryKind] = {}


def declare_entry(kind: EntryKind) -> None:
    """Say how activities of a ledger are entered."""
    _kinds[kind.form.sheet] = kind


def entry_kind(sheet: Sheet) -> EntryKind:
    """How activities of a ledger are entered."""
    return _kinds[sheet]


def typed_of(activity: Activity, receiver_ids: Sequence[int]) -> dict[str, list[str]]:
    """What the shared fields say of a record on file, but for its evidence."""
    values: dict[str, object] = {
        "community": activity.community_id or OUTSIDE,
        "held_on": activity.held_on.isoformat(),
        "kind": activity.kind,
        "mode": activity.mode,
        "provider": activity.provider_id,
        "subject": activity.subject,
        "periods": activity.periods_count,
        "half_days": activity.half_days_count,
        "note": activity.note,
    }
    fields = {name: ["" if value is None else str(value)] for name, value in values.items()}
    return {**fields, "receivers": [str(school_id) for school_id in receiver_ids]}
