"""A form being filled in (暂存): what is kept of it, and what it may be filled in with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from community.activities.rules.words import Sheet
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.pinyin import search_key

# What was typed, by the names of the fields: each may be sent several times.
Typed = Mapping[str, Sequence[str]]
MOST_SIGNS: Final = 100_000  # of one form, names included
MOST_SAVED: Final = 100  # forms of one account
# A table of many records is saved as one text, beside how many of its rows are filled in.
TABLE: Final = "table"
FILLED: Final = "filled"
# The fields that say what a form is about before it is reported, of whatever ledger.
ABOUT: Final = ("topic", "teacher_name", "lines-0-content")
MOST_SIGNS_OF_TABLE: Final = 300_000
# More schools than these get a box to find them by name or pinyin.
MANY_SCHOOLS: Final = 8


@dataclass(frozen=True, slots=True)
class EntryContent:
    """What a form holds; it is saved whatever its faults."""

    sheet: Sheet
    fields: Typed
    community_id: int | None = None
    replaces_id: int | None = None

    @property
    def is_table(self) -> bool:
        """Whether it is a table of many records, and not the form of one."""
        return TABLE in self.fields


@dataclass(frozen=True, slots=True)
class EntryOnFile:
    """A form as it was saved last, and by which open page."""

    form_key: str
    content: EntryContent
    saved_at: datetime
    saved_from: str
    revision: int


@dataclass(frozen=True, slots=True)
class CommunityChoice:
    """A community for which the actor may report."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SchoolChoice:
    """A school that a form offers as provider and receiver."""

    id: int
    name: str
    pinyin: str
    is_kindergarten: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that records of this school year have in a field; `beside` is what goes with it in
    the field that the form fills in at the same time (the staff number of a teacher)."""

    text: str
    beside: str = ""

    @property
    def pinyin(self) -> str:
        """By what it is found beside its text."""
        return search_key(self.text)


@dataclass(frozen=True, slots=True)
class EntryChoices:
    """What a form offers to one actor."""

    communities: Sequence[CommunityChoice] = ()
    community_id: int | None = None  # the one that is chosen
    has_district: bool = False  # walking-teaching outside of communities is offered too
    schools: Sequence[SchoolChoice] = ()
    provider_ids: frozenset[int] = frozenset()
    suggestions: Mapping[str, Sequence[Suggestion]] = field(default_factory=dict)

    @property
    def providers(self) -> Sequence[SchoolChoice]:
        """The schools that may provide."""
        return [school for school in self.schools if school.id in self.provider_ids]


def table_words(filled: str) -> Message:
    """What a saved table of many records is called; `filled` is how many rows it has."""
    return Message(N_("Many records at once, rows filled in: %(count)s"), {"count": filled})


def check_size(fields: Typed) -> None:
    """Raise RuleViolationError for what no reader could have typed."""
    signs = sum(len(name) + sum(map(len, texts)) for name, texts in fields.items())
    most = MOST_SIGNS_OF_TABLE if TABLE in fields else MOST_SIGNS
    if signs > most:
        raise RuleViolationError(
            Message(
                N_("The form holds more than %(most)s signs. Shorten the long texts."),
                {"most": most},
            )
        )


def check_room(saved_count: int) -> None:
    """Raise RuleViolationError when somebody keeps too many forms."""
    if saved_count >= MOST_SAVED:
        raise RuleViolationError(
            Message(
                N_("You have %(most)s saved forms. Report or discard some of them first."),
                {"most": MOST_SAVED},
            )
        )
