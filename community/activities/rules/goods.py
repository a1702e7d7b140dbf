"""What arrived of a record of goods: nobody confirms one without stating it, line by line.

The lines themselves are known to the feature that keeps them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message, declare_labels

# A record and a receiving school of it; 0: the record as a whole.
Receipt = tuple[int, int]
# Why what arrived differs from what was sent.
DIFFERENCE_LENGTH: Final = 300
COUNT_NEEDED: Final = N_(
    "Nobody has stated yet what arrived. Open the transfer and count it, or state that all of it "
    "arrived in good condition."
)


class Condition(StrEnum):
    """In what condition things were handed over."""

    GOOD = "good"  # 完好
    DAMAGED = "damaged"  # 损坏
    INCOMPLETE = "incomplete"  # 缺件


declare_labels(
    Condition,
    {
        Condition.GOOD: N_("in good condition"),
        Condition.DAMAGED: N_("damaged"),
        Condition.INCOMPLETE: N_("parts missing"),
    },
)


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One kind of thing that was sent; `expected` is what a school would receive in full, None
    where it shares it with others who have not stated yet what they got."""

    content: str
    unit: str
    sent: Decimal
    expected: Decimal | None


@dataclass(frozen=True, slots=True)
class StatedReceipt:
    """What a receiving school states of one line; `unit` None: the line's own."""

    quantity: Decimal
    condition: Condition
    reason: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """What a receiving school states of all lines, in their order."""

    received_on: date
    lines: tuple[StatedReceipt, ...]


Received = Mapping[Receipt, ReceiptDraft]


class GoodsFaultError(RuleViolationError):
    """What was stated of one of several records cannot be true."""

    def __init__(self, receipt: Receipt, message: Message | str, *, field: str | None) -> None:
        super().__init__(message, field=field)
        self.receipt = receipt


def build_full_receipt(lines: Sequence[GoodsLine], received_on: date) -> ReceiptDraft:
    """The statement that everything arrived as it was sent, in good condition.

    Raises RuleViolationError where several schools share what was sent.
    """
    stated = []
    for line in lines:
        if line.expected is None:
            raise RuleViolationError(
                N_(
                    "Several schools share what was sent. Open the transfer and state how much "
                    "arrived at your school."
                )
            )
        stated.append(StatedReceipt(line.expected, Condition.GOOD))
    return ReceiptDraft(received_on, tuple(stated))
