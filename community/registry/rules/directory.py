"""Finding divisions and schools by what people call them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from community.kernel.workbook import fold

_COUNTY_SUFFIXES: Final = ("市", "区", "县")
_TOWNSHIP_SUFFIXES: Final = ("街道办事处", "街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class DivisionEntry:
    """A county or a township, with every name that it goes by."""

    id: int
    parent_id: int | None
    code: str | None
    names: tuple[str, ...]


class DivisionDirectory:
    """Counties and their townships by name, short name, alias or code."""

    def __init__(
        self, counties: Iterable[DivisionEntry], townships: Iterable[DivisionEntry]
    ) -> None:
        self._counties = self._index(counties, _COUNTY_SUFFIXES)
        by_county: dict[int | None, list[DivisionEntry]] = {}
        for entry in townships:
            by_county.setdefault(entry.parent_id, []).append(entry)
        self._townships = {
            county_id: self._index(entries, _TOWNSHIP_SUFFIXES)
            for county_id, entries in by_county.items()
        }

    @staticmethod
    def _index(
        entries: Iterable[DivisionEntry], suffixes: tuple[str, ...]
    ) -> dict[str, frozenset[int]]:
        whole: dict[str, set[int]] = {}
        short: dict[str, set[int]] = {}
        for entry in entries:
            for name in entry.names:
                whole.setdefault(fold(name), set()).add(entry.id)
                for suffix in suffixes:
                    if name.endswith(suffix) and len(name) > len(suffix) + 1:
                        short.setdefault(fold(name.removesuffix(suffix)), set()).add(entry.id)
                        break
            if entry.code:
                whole.setdefault(entry.code, set()).add(entry.id)
        return {name: frozenset(ids) for name, ids in (short | whole).items()}

    def county(self, name: str) -> int | None:
        """The county of this name, short name (揭东) or code."""
        return self._only(self._counties.get(fold(name)))

    def township(self, name: str, county_id: int) -> int | None:
        """The township of this name, short name, alias or code in a county; None also when
        several share it."""
        return self._only(self._townships.get(county_id, {}).get(fold(name)))

    @staticmethod
    def _only(ids: frozenset[int] | None) -> int | None:
        return next(iter(ids)) if ids and len(ids) == 1 else None


@dataclass(frozen=True, slots=True)
class SchoolEntry:
    """A school as it may be named; a negative id is one that the same import brings."""

    id: int
    county_id: int | None
    code: str | None
    name: str
    short_name: str | None = None
    aliases: tuple[str, ...] = ()
    closed_on: date | None = None


# What a name means in a community of a county, where somebody had to choose.
SchoolChoices = Mapping[tuple[str, int | None], int]
NO_CHOICES: Final[SchoolChoices] = {}


class SchoolDirectory:
    """Schools by code, full name, short name or alias (READING.md §8).

    `ambiguous` collects the names that were asked for and mean several, as `choices` has them.
    """

    def __init__(self, entries: Iterable[SchoolEntry], choices: SchoolChoices = NO_CHOICES) -> None:
        self._choices = choices
        self.ambiguous: dict[tuple[str, int | None], tuple[int, ...]] = {}
        self.entries = {entry.id: entry for entry in entries}
        self._steps: tuple[dict[str, set[int]], ...] = ({}, {}, {})
        self._found: dict[tuple[str, int | None], tuple[int, ...]] = {}
        by_code, by_name, by_other = self._steps
        for entry in self.entries.values():
            if entry.code:
                by_code.setdefault(fold(entry.code), set()).add(entry.id)
            if entry.name:
                by_name.setdefault(fold(entry.name), set()).add(entry.id)
            for other in (entry.short_name, *entry.aliases):
                if other:
                    by_other.setdefault(fold(other), set()).add(entry.id)

    def find(self, name: str, county_id: int | None) -> tuple[int, ...]:
        """The schools meant by a name in a community of this county: none, one, or several.

        First in the county by code, full name, then short name or alias; then elsewhere likewise.
        """
        key = (fold(name), county_id)
        if key not in self._found:
            hits = self._look_up(*key)
            if len(hits) > 1:
                self.ambiguous[key] = hits
                chosen = self._choices.get(key)
                hits = (chosen,) if chosen is not None and chosen in hits else hits
            self._found[key] = hits
        return self._found[key]

    def _look_up(self, name: str, county_id: int | None) -> tuple[int, ...]:
        for is_here in (True, False):
            for step in self._steps:
                hits = [
                    school_id
                    for school_id in step.get(name, ())
                    if (self.entries[school_id].county_id == county_id) is is_here
                ]
                if hits:
                    return tuple(sorted(hits, reverse=True))
        return ()
