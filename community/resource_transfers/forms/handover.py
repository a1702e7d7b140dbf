"""What is sent when things arrive, and when they go back."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from community.activities.forms.goods import stated_receipt
from community.activities.forms.quantities import NOT_A_NUMBER, QuantityField
from community.activities.rules import REASON_NEEDED
from community.kernel import clock
from community.kernel.i18n import N_
from community.resource_transfers.rules import (
    REASON_LENGTH,
    Balance,
    Condition,
    LineFacts,
    ReceiptDraft,
    ReturnDraft,
)
from community.web.forms import Form, members_of, required_day, said


def _quantity(name: str, **options: Any) -> QuantityField:
    return QuantityField(
        said(name),
        [InputRequired(said(NOT_A_NUMBER)), Length(max=30)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
        **options,
    )


def _condition() -> RadioField:
    return RadioField(
        said(N_("Condition of the things")),
        [InputRequired(said(N_("Choose the condition.")))],
        choices=members_of(Condition),
        default=Condition.GOOD.value,
    )


class ReceiptForm(Form):
    """What arrived of each line; the fields of line 0 are `lines-0-quantity`, `lines-0-condition`
    and `lines-0-reason`."""

    line_count = 0
    received_on = DateField(
        said(N_("Received on")),
        [InputRequired(said(N_("Give the day on which the things arrived.")))],
        default=clock.today,
    )

    def of_line(self, position: int) -> tuple[Any, Any, Any]:
        """Quantity, condition and reason of a line."""
        return (
            self[f"lines-{position}-quantity"],
            self[f"lines-{position}-condition"],
            self[f"lines-{position}-reason"],
        )

    def draft(self) -> ReceiptDraft:
        """What the school states."""
        return ReceiptDraft(
            required_day(self.received_on),
            tuple(stated_receipt(*self.of_line(position)) for position in range(self.line_count)),
        )


def receipt_form(balances: Sequence[Balance]) -> type[ReceiptForm]:
    """The form for these lines; it offers that all of it arrived in good condition."""
    fields: dict[str, Any] = {"line_count": len(balances)}
    for position, balance in enumerate(balances):
        line = balance.line
        fields[f"lines-{position}-quantity"] = _quantity(
            N_("Quantity received"),
            default=f"{balance.on_its_way.normalize():f}",
            description=said(
                N_("%(quantity)s %(unit)s were sent."),
                quantity=f"{line.quantity.normalize():f}",
                unit=line.unit,
            ),
        )
        fields[f"lines-{position}-condition"] = _condition()
        fields[f"lines-{position}-reason"] = StringField(
            said(N_("Why it differs, what is damaged or missing")),
            [Optional(), Length(max=REASON_LENGTH)],
            render_kw={"autocomplete": "off", "maxlength": REASON_LENGTH},
        )
    return type("LinesReceiptForm", (ReceiptForm,), fields)


class ReturnForm(Form):
    """What a borrower gives back of a line."""

    form_key = HiddenField()
    line = RadioField(
        said(N_("What goes back")),
        [InputRequired(said(N_("Choose what goes back.")))],
        coerce=int,
    )
    quantity = _quantity(N_("Quantity given back"))
    returned_on = DateField(
        said(N_("Given back on")),
        [InputRequired(said(N_("Give the day on which you gave it back.")))],
        default=clock.today,
    )
    condition = _condition()
    note = StringField(
        said(N_("What is damaged or missing")),
        [Optional(), Length(max=REASON_LENGTH)],
        render_kw={"autocomplete": "off", "maxlength": REASON_LENGTH},
    )

    def draft(self) -> ReturnDraft:
        """What the borrower states."""
        return ReturnDraft(
            quantity=self.quantity.number,
            returned_on=required_day(self.returned_on),
            condition=Condition(self.condition.data),
            note=(self.note.data or "").strip() or None,
        )


def return_form(lines: Sequence[tuple[LineFacts, str]], **options: Any) -> ReturnForm:
    """The form for these lines, each with what is left of it in words; one alone is chosen."""
    form = ReturnForm(**options)
    form.form_key.data = form.form_key.data or str(uuid4())
    form.line.choices = [(line.position, text) for line, text in lines]
    if len(lines) == 1 and form.line.data is None:
        form.line.data = lines[0][0].position
    return form


class ReturnReasonForm(Form):
    """Why a stated return did not take place."""

    reason = TextAreaField(
        said(N_("What is not so")),
        [InputRequired(said(REASON_NEEDED)), Length(max=REASON_LENGTH)],
        render_kw={"rows": 3},
    )
