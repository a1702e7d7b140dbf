"""Numbers as people type them: 20, 20册, ２０ 册, 1,200.5."""

import re
from decimal import Decimal
from typing import Any, Final
from unicodedata import normalize

from wtforms import StringField
from wtforms.validators import ValidationError

from community.kernel.i18n import N_, gettext

_TYPED: Final = re.compile(r"(-?[\d,]*\.?\d+)\s*(\D*)")
NOT_A_NUMBER: Final = N_("Type a number, for example 20 or 12.5.")


def parse_quantity(text: str) -> tuple[Decimal, str | None]:
    """A number and the unit behind it, if one was typed. Raises ValueError."""
    found = _TYPED.fullmatch(normalize("NFKC", text).strip())
    if found is None or len(found[1]) > 20:
        raise ValueError(text)
    return Decimal(found[1].replace(",", "")), found[2].strip() or None


class QuantityField(StringField):
    """A number that may carry its unit; what was typed stays as it was."""

    quantity: Decimal | None = None
    unit: str | None = None

    @property
    def number(self) -> Decimal:
        """The number of a field that was validated and not empty."""
        if self.quantity is None:
            raise RuntimeError("read before the field was validated, or left empty")
        return self.quantity

    def pre_validate(self, _form: Any) -> None:
        """Read the number."""
        if not (self.data or "").strip():
            return
        try:
            self.quantity, self.unit = parse_quantity(self.data or "")
        except ValueError as error:
            raise ValidationError(gettext(NOT_A_NUMBER)) from error
