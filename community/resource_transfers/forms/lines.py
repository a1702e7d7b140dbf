"""The lines of a transfer in its form: any number of them, added and taken away by buttons.

All works by sending the form: a button `lines-add` sends it with one line more, `lines-remove`
with the number of the line to be left out. Lines in which nothing was typed are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from werkzeug.datastructures import MultiDict
from wtforms import Field

from community.activities.forms.quantities import NOT_A_NUMBER, parse_quantity
from community.kernel.errors import RuleViolationError
from community.kernel.formats import quantity as said_quantity
from community.kernel.i18n import N_, gettext
from community.resource_transfers.rules import CONTENT_LENGTH, MOST_LINES, LineDraft, check_lines

CELLS: Final = ("content", "quantity", "unit", "amount", "is_loan", "due_on")
_NAMES: Final = {
    "content": N_("Content"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "amount": N_("Worth in yuan"),
    "is_loan": N_("Lent, comes back"),
    "due_on": N_("Due back on"),
}
_UNIT_LENGTH: Final = 20
_MOST_YUAN: Final = Decimal(10) ** 12


@dataclass
class TypedLine:
    """A line as it was typed, and what is wrong with its cells."""

    texts: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; a tick alone is nothing."""
        return not any(text for name, text in self.texts.items() if name != "is_loan")

    @property
    def text(self) -> str:
        """All that was typed, one cell behind the other."""
        lent = _NAMES["is_loan"]
        texts = {**self.texts, "is_loan": gettext(lent) if self.texts["is_loan"] else ""}
        return " ".join(filter(None, texts.values()))

    def draft(self) -> LineDraft:
        """The line as a command. Notes faults of cells; the line is then of no use."""
        texts = self.texts
        if not texts["content"]:
            self.faults["content"] = gettext(N_("Say what is handed over."))
        elif len(texts["content"]) > CONTENT_LENGTH:
            self.faults["content"] = gettext(N_("This is too long. Say it in fewer words."))
        quantity, unit = self._quantity()
        if not unit:
            self.faults["unit"] = gettext(N_("Give the unit, for example 册 or 台."))
        elif len(unit) > _UNIT_LENGTH:
            self.faults["unit"] = gettext(N_("The unit is too long."))
        return LineDraft(
            content=texts["content"],
            quantity=quantity,
            unit=unit,
            amount_fen=self._fen(),
            is_loan=bool(texts["is_loan"]),
            due_on=self._day(),
        )

    def _quantity(self) -> tuple[Decimal, str]:
        """The number, and the unit: of its own cell, else behind the number."""
        try:
            quantity, unit = parse_quantity(self.texts["quantity"])
        except ValueError:
            self.faults["quantity"] = gettext(NOT_A_NUMBER)
            return Decimal(), self.texts["unit"]
        if unit and self.texts["unit"] not in ("", unit):
            self.faults["unit"] = gettext(
                N_("The quantity is in “%(typed)s”, the unit says “%(unit)s”. Leave one of them."),
                typed=unit,
                unit=self.texts["unit"],
            )
        return quantity, self.texts["unit"] or unit or ""

    def _fen(self) -> int | None:
        if not self.texts["amount"]:
            return None
        try:
            yuan, unit = parse_quantity(self.texts["amount"])
        except ValueError:
            yuan, unit = Decimal(-1), None
        if yuan < 0 or yuan >= _MOST_YUAN or unit not in (None, "元") or yuan * 100 % 1:
            self.faults["amount"] = gettext(
                N_("Give the worth in yuan as a number, for example 1200 or 35.50.")
            )
            return None
        return int(yuan * 100)

    def _day(self) -> date | None:
        if not self.texts["due_on"]:
            return None
        try:
            return date.fromisoformat(self.texts["due_on"])
        except ValueError:
            self.faults["due_on"] = gettext(N_("Give the date, for example 2025-09-16."))
            return None


class LinesField(Field):
    """The lines of a transfer; `typed` is what stands in them, `data` all of it as one text, and
    `drafts` what they mean once the field has been validated. Its cells are `lines-0-content` and
    so on."""

    typed: list[TypedLine]
    drafts: tuple[LineDraft, ...] = ()

    def process(self, formdata: Any, *_args: object, **_options: object) -> None:
        """Read the lines that a page sent, as its button says."""
        self.process_errors: list[str] = []
        self.object_data = None
        self.raw_data: list[str] = []
        sent = formdata if formdata is not None else MultiDict[str, str]()
        self.typed = self.read(sent)
        if not self.typed or (f"{self.name}-add" in sent and len(self.typed) < MOST_LINES):
            self.typed.append(TypedLine(dict.fromkeys(CELLS, "")))
        self.data = text_of(self.typed)

    def read(self, sent: MultiDict[str, str]) -> list[TypedLine]:
        """The lines among what was sent."""
        return list(self._read(sent))[:MOST_LINES]

    def _read(self, sent: MultiDict[str, str]) -> Iterator[TypedLine]:
        pattern = re.compile(rf"{self.name}-(\d{{1,3}})-({'|'.join(CELLS)})")
        numbers = {int(found[1]) for name in sent if (found := pattern.fullmatch(name))}
        removed = sent.get(f"{self.name}-remove", "")
        for number in sorted(numbers):
            if str(number) != removed:
                yield TypedLine(
                    {
                        cell: (sent.get(f"{self.name}-{number}-{cell}") or "").strip()
                        for cell in CELLS
                    }
                )

    @property
    def may_add(self) -> bool:
        """Whether there is room for another line."""
        return len(self.typed) < MOST_LINES

    def pre_validate(self, form: Any) -> None:
        """Hold every line against the rules, and say at each cell what is wrong with it."""
        filled = [(index, line) for index, line in enumerate(self.typed) if not line.is_empty]
        for line in self.typed:
            line.faults.clear()
        self.drafts = tuple(line.draft() for _, line in filled)
        if not any(line.faults for line in self.typed):
            self._check_rules([index for index, _ in filled], form.held_on.data)
        self.errors = [*self.errors, *self._said_faults()]

    def _check_rules(self, indices: Sequence[int], held_on: date | None) -> None:
        try:
            check_lines(self.drafts, held_on or date.min)
        except RuleViolationError as error:
            _, _, place = (error.field or "").partition("-")
            number, _, cell = place.partition("-")
            if cell in CELLS:
                self.typed[indices[int(number)]].faults[cell] = str(error)
            else:
                self.errors = [*self.errors, str(error)]

    def _said_faults(self) -> Iterator[str]:
        for number, line in enumerate(self.typed, start=1):
            for cell, fault in line.faults.items():
                yield gettext(
                    N_("Line %(number)s, %(cell)s: %(fault)s"),
                    number=number,
                    cell=gettext(_NAMES[cell]),
                    fault=fault,
                )

    def said(self) -> str:
        """All lines in words, one below the other."""
        return "\n".join(map(_said, self.drafts)) or "—"


def text_of(lines: Iterable[TypedLine]) -> str:
    """Lines as they were typed, in one text."""
    return " · ".join(line.text for line in lines if not line.is_empty)


def _said(line: LineDraft) -> str:
    parts = [f"{line.content} {said_quantity(line.quantity)} {line.unit}"]
    if line.amount_fen is not None:
        parts.append(gettext(N_("%(yuan)s yuan"), yuan=f"{line.amount_fen / 100:,.2f}"))
    if line.is_loan:
        parts.append(gettext(N_("on loan, due back on %(day)s"), day=line.due_on))
    return " · ".join(parts)


def typed_lines(lines: Sequence[Mapping[str, object]]) -> dict[str, list[str]]:
    """What the fields of lines on file hold, to be repeated or corrected."""
    return {
        f"lines-{position}-{cell}": [str(value)]
        for position, line in enumerate(lines)
        for cell, value in line.items()
        if value not in (None, "", False)
    }
