"""What the pages send on which a move is made with a record."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from community.activities.forms.goods import GoodsFields, Said, arrival_field, fields_of
from community.activities.rules import (
    REASON_LENGTH,
    REASON_NEEDED,
    USUAL_REASONS,
    WORKFLOW,
    DecisionKind,
    GoodsLine,
    Move,
    Receipt,
    ReceiptDraft,
    Side,
    build_reason,
)
from community.kernel.i18n import N_, gettext
from community.web.forms import Form, required_day, said


class MoveForm(Form):
    """A move with a record."""


class DecisionForm(MoveForm):
    """A decision about a record, with a word on why."""

    reason = TextAreaField(said(N_("Reason for the decision")), [Length(max=REASON_LENGTH)])


class ReasonedDecisionForm(DecisionForm):
    """A decision against a record: nobody could answer it without its reason."""

    reason = TextAreaField(
        said(N_("Reason for the decision")),
        [InputRequired(said(REASON_NEEDED)), Length(max=REASON_LENGTH)],
    )


class AnswerForm(ReasonedDecisionForm):
    """What the reporting side says to a return, when it reports the record again."""

    reason = TextAreaField(
        said(N_("Your answer to the return")),
        [InputRequired(said(REASON_NEEDED)), Length(max=REASON_LENGTH)],
    )


class ReturnForm(DecisionForm):
    """Why a record is returned: a usual reason, own words, or both."""

    usual = RadioField(said(N_("What is wrong")), [Optional()], choices=[])
    reason = TextAreaField(said(N_("In your own words")), [Length(max=REASON_LENGTH)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.usual.choices = [(reason, gettext(reason)) for reason in USUAL_REASONS]

    def validate(self, *args: Any, **options: Any) -> bool:
        """Hold what was typed against the shape of the form: a usual reason or own words."""
        is_fit = bool(super().validate(*args, **options))
        if self.whole:
            return is_fit
        text = N_("Choose what is wrong, or write it in your own words: the schools see it.")
        self.add_error(gettext(text), "usual")
        return False

    @property
    def whole(self) -> str:
        """Both as one reason."""
        usual = gettext(self.usual.data) if self.usual.data in USUAL_REASONS else ""
        return build_reason(usual, self.reason.data or "")


class ConfirmationForm(MoveForm):
    """For which of the schools of the reader a record is confirmed, or the confirmation undone."""

    school_ids = SelectMultipleField(
        said(N_("For which school")),
        [InputRequired(said(N_("Choose for which school you confirm.")))],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def offer(self, schools: Sequence[tuple[int, str]]) -> None:
        """Offer these schools; one alone is chosen already."""
        self.school_ids.choices = list(schools)
        if len(schools) == 1 and not self.school_ids.raw_data:
            self.school_ids.data = [schools[0][0]]


class OnBehalfForm(ConfirmationForm):
    """The district confirms from a signed paper."""

    paper = StringField(
        said(N_("Archive number of the signed paper")),
        [
            InputRequired(
                said(N_("Give the archive number of the signed paper, or where it is kept."))
            ),
            Length(max=200),
        ],
    )
    reason = TextAreaField(
        said(N_("Why the school does not confirm itself")),
        [InputRequired(said(REASON_NEEDED)), Length(max=80)],
    )


class GoodsOnBehalfForm(OnBehalfForm):
    """The same of goods: what the paper says that arrived, at one school."""

    lines_at: Mapping[int, Sequence[GoodsLine]] = {}
    received_on = arrival_field()

    @property
    def counted(self) -> GoodsFields:
        """The fields of what arrived; each school would receive the same lines."""
        return GoodsFields(self, "", next(iter(self.lines_at.values())))

    def validate(self, *args: Any, **options: Any) -> bool:
        """Hold what was typed against the shape of the form."""
        is_fit = bool(super().validate(*args, **options))
        if len(self.school_ids.data or ()) > 1:
            text = N_("Choose one school: what arrived is stated school by school.")
            self.add_error(gettext(text), "school_ids")
            is_fit = False
        return self.counted.validate() and is_fit

    def received(self, activity_id: int) -> dict[Receipt, ReceiptDraft]:
        """What arrived at the chosen school; raises as `GoodsFields.draft` does."""
        school_id = next(iter(self.school_ids.data or ()))
        draft = self.counted.draft(required_day(self.received_on), self.lines_at[school_id])
        return {} if draft is None else {(activity_id, school_id): draft}


def goods_on_behalf_form(
    lines_at: Mapping[int, Sequence[GoodsLine]], **options: Any
) -> GoodsOnBehalfForm:
    """The form on which goods are confirmed on behalf of one of these schools."""
    line_count = len(next(iter(lines_at.values())))
    fields = {"lines_at": lines_at, **fields_of("", line_count, Said.FULL, Said.COUNTED)}
    form: GoodsOnBehalfForm = type("LinesOnBehalfForm", (GoodsOnBehalfForm,), fields)(**options)
    return form


_REASONED: Final = frozenset({DecisionKind.WITHDRAWN, DecisionKind.DISALLOWED})


def decision_form(move: Move, side: Side | None = None, **options: Any) -> MoveForm:
    """The form on which a move is made by somebody of that side."""
    if move is Move.RETURN:
        return ReturnForm(**options)
    if move is Move.CONFIRM and side is Side.DISTRICT:
        return OnBehalfForm(**options)
    if move in (Move.CONFIRM, Move.REVOKE):
        return ConfirmationForm(**options)
    if move is Move.SUBMIT and side is Side.REPORTING:
        return AnswerForm(**options)
    is_against = WORKFLOW[move].takes in _REASONED
    return ReasonedDecisionForm(**options) if is_against else DecisionForm(**options)
