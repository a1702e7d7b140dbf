"""What a paper says that arrived of goods: all of it, or line by line quantity and condition.

The fields of a record stand in a form behind a prefix. Nothing is filled in beforehand: whoever
files a paper states what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from community.activities.forms.quantities import NOT_A_NUMBER, QuantityField
from community.activities.rules import (
    DIFFERENCE_LENGTH,
    Condition,
    GoodsLine,
    ReceiptDraft,
    StatedReceipt,
    build_full_receipt,
)
from community.kernel.i18n import N_, gettext
from community.web.forms import Form, members_of, said


class Said(StrEnum):
    """What a paper says of the goods of a record."""

    FULL = "full"
    COUNTED = "counted"
    NOTHING = "nothing"


_TEXTS: Final = {
    Said.FULL: N_("All of it arrived, in good condition"),
    Said.COUNTED: N_("Something differs: I state it line by line"),
    Said.NOTHING: N_("The paper does not say: do not confirm it yet"),
}


class _WhereItDiffers(Optional):
    """Needed where something differs, as `GoodsFields.validate` says, and shown so."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"required": True}


def arrival_field() -> DateField:
    """The day on which goods arrived, as a paper says."""
    return DateField(
        said(N_("Goods received on")),
        [InputRequired(said(N_("Give the day on which the things arrived.")))],
    )


def fields_of(prefix: str, line_count: int, *choices: Said) -> dict[str, Any]:
    """The fields of the goods of a record, for a form made with them."""
    fields: dict[str, Any] = {
        f"{prefix}said": RadioField(
            said(N_("What arrived, as the paper says")),
            [InputRequired(said(N_("State what arrived of this transfer.")))],
            choices=lambda: [(one.value, gettext(_TEXTS[one])) for one in choices],
        )
    }
    for position in range(line_count):
        line = f"{prefix}lines-{position}"
        fields[f"{line}-quantity"] = QuantityField(
            said(N_("Quantity received")),
            [_WhereItDiffers(), Length(max=30)],
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
        fields[f"{line}-condition"] = RadioField(
            said(N_("Condition of the things")),
            [_WhereItDiffers()],
            choices=members_of(Condition),
        )
        fields[f"{line}-reason"] = StringField(
            said(N_("Why it differs, what is damaged or missing")),
            [Optional(), Length(max=DIFFERENCE_LENGTH)],
            render_kw={"autocomplete": "off", "maxlength": DIFFERENCE_LENGTH},
        )
    return fields


@dataclass(frozen=True)
class GoodsFields:
    """These fields of one record, in a form that has them."""

    form: Form
    prefix: str
    lines: Sequence[GoodsLine]

    @property
    def said(self) -> Any:
        """Whether all of it arrived."""
        return self.form[f"{self.prefix}said"]

    def of_line(self, position: int) -> tuple[Any, Any, Any]:
        """Quantity, condition and reason of a line."""
        line = f"{self.prefix}lines-{position}"
        return tuple(self.form[f"{line}-{name}"] for name in ("quantity", "condition", "reason"))

    def validate(self) -> bool:
        """Hold the lines against what is said: counted, each has a number and a condition; else
        none has one."""
        faults = list(self._faults())
        for field, message in faults:
            field.errors = [*field.errors, gettext(message)]
        return not faults

    def _faults(self) -> list[tuple[Any, str]]:
        fields = [self.of_line(position) for position in range(len(self.lines))]
        if self.said.data != Said.COUNTED:
            is_typed = any((field.data or "").strip() for line in fields for field in line)
            message = N_("Below a number or a condition is stated. Choose that something differs.")
            return [(self.said, message)] if self.said.data and is_typed else []
        empty = [
            (quantity, NOT_A_NUMBER)
            for quantity, _, _ in fields
            if not (quantity.data or "").strip()
        ]
        unsaid = [(one, N_("Choose the condition.")) for _, one, _ in fields if not one.data]
        return [*empty, *unsaid]

    def draft(self, received_on: date, lines: Sequence[GoodsLine] = ()) -> ReceiptDraft | None:
        """What is stated, once the form has been validated; None: nothing. `lines` where they are
        others than those shown. Raises RuleViolationError as `build_full_receipt` does."""
        if self.said.data == Said.NOTHING:
            return None
        if self.said.data == Said.FULL:
            return build_full_receipt(lines or self.lines, received_on)
        return ReceiptDraft(
            received_on,
            tuple(stated_receipt(*self.of_line(position)) for position in range(len(self.lines))),
        )


def stated_receipt(quantity: Any, condition: Any, reason: Any) -> StatedReceipt:
    """What the fields of a line state, once they have been validated."""
    return StatedReceipt(
        quantity=quantity.number,
        condition=Condition(condition.data),
        reason=(reason.data or "").strip() or None,
        unit=quantity.unit,
    )
