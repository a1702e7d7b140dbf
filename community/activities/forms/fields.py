"""The kinds of fields of which the forms of activities are made."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from community.kernel.i18n import N_
from community.web.forms import said

F = TypeVar("F")
CHOOSE: Final = said(N_("Choose one from the list."))


def cleaned(text: str | None) -> str | None:
    """A text without blanks around it and without what no page shows; blank is None."""
    kept = "".join(c for c in text or "" if c.isprintable() or c == "\n").strip()
    return kept or None


def text_field(
    name: str, longest: int, *, hint: str = "", needed: str = "", **attributes: str
) -> StringField:
    """A line of text; `needed` is the message when it is left empty, if it may not be."""
    return StringField(
        said(name),
        [InputRequired(said(needed)) if needed else Optional(), Length(max=longest)],
        filters=[cleaned],
        description=said(hint) if hint else "",
        render_kw={"maxlength": longest, "autocomplete": "off", **attributes},
    )


def choice_field(kind: Callable[..., F], name: str, *, needed: str = "", **options: Any) -> F:
    """One or several of what `offer` puts in; `needed` is the message when nothing is chosen, if
    something must be."""
    check = InputRequired(said(needed)) if needed else Optional()
    return kind(said(name), [check], **{"invalid_choice_message": CHOOSE, **options})


def count_field(name: str, *, hint: str = "") -> IntegerField:
    """A number of things, typed with the digits of a telephone."""
    return IntegerField(
        said(name),
        [Optional(), NumberRange(min=0, max=99_999)],
        description=said(hint) if hint else "",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "short-number"},
    )
