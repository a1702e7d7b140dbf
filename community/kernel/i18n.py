"""Messages in the user's language, without a web framework.

Rules and services answer with a `Message`; whoever shows it (page, terminal, workbook, PDF)
turns it into text with `str()`, in the locale then in force. Chinese is the default.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from babel.support import NullTranslations, Translations

LOCALES: Final = ("zh", "en")
DEFAULT_LOCALE: Final = "zh"
# A catalogue in zh_CN/ would be ignored: Babel resolves zh_CN to zh_Hans_CN.
CATALOGUES: Final = Path(__file__).parent / "translations"

Member = TypeVar("Member", bound=Enum)

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(str(CATALOGUES), [locale], "messages")


def current_locale() -> str:
    """The locale in force: `zh` or `en`."""
    return _locale.get()


def set_locale(locale: str) -> None:
    """Put a locale in force for this context; an unknown one means the default."""
    _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Put a locale in force for a block."""
    token = _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)


def gettext(msgid: str, /, **params: object) -> str:
    """The text of a message in the locale in force, with `%(name)s` filled in."""
    text = str(_catalogue(_locale.get()).gettext(msgid))
    return text % params if params else text


def plural_form(singular: str, plural: str, num: int) -> str:
    """The text that fits a number, its `%(name)s` not yet filled in (templates do that)."""
    return str(_catalogue(_locale.get()).ngettext(singular, plural, num))


def ngettext(singular: str, plural: str, num: int, /, **params: object) -> str:
    """The text of a message that depends on a number, which it may name as `%(num)s`."""
    return plural_form(singular, plural, num) % {"num": num, **params}


def N_(msgid: str) -> str:  # noqa: N802 - gettext's customary name
    """Mark a text for translation without translating it yet."""
    return msgid


@dataclass(frozen=True)
class Message:
    """A sentence to be said later, in a language not yet known."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.msgid, **self.params)


@dataclass(frozen=True)
class Listing:
    """Several things named one after the other, separated as the language does it."""

    items: tuple[object, ...]

    def __str__(self) -> str:
        return ("、" if current_locale() == "zh" else ", ").join(str(item) for item in self.items)


# --- what the members of an enumeration are called -------------------------------------------

_labels: dict[type[Enum], Mapping[Enum, str]] = {}


def declare_labels(kind: type[Member], labels: Mapping[Member, str]) -> None:
    """Say what each member of an enumeration is called; the texts are marked with `N_`.

    Raises ValueError when a member is left out: it would reach a page without a name.
    """
    if set(labels) != set(kind):
        raise ValueError(f"{kind.__name__}: not every member has a label")
    _labels[kind] = dict(labels)  # type: ignore[arg-type]  # Mapping is invariant in its key


def label(member: Enum) -> str:
    """What a member is called in the locale in force."""
    return gettext(_labels[type(member)][member])
