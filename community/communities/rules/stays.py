"""Which communities may be named, and who is in one on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from community.kernel.workbook import fold

# --- finding communities --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommunityEntry:
    """A community as it may be named; a negative id is one that the same import brings.

    Without a county it comes from a row with faults, and nothing more is asked of its rows.
    """

    id: int
    code: str
    county_id: int | None


class CommunityDirectory:
    """The communities that an actor may import, by code."""

    def __init__(self, entries: Iterable[CommunityEntry]) -> None:
        self._by_code = {fold(entry.code): entry for entry in entries}

    def find(self, code: str) -> CommunityEntry | None:
        """The community with this code."""
        return self._by_code.get(fold(code))


# --- who is in on a day --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a school in a community, both days included; an open end is None."""

    joined_on: date
    left_on: date | None

    def covers(self, day: date) -> bool:
        """Whether the day lies within the stay."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def shares_a_day_with(self, other: "Stay") -> bool:
        """Whether there is a day that lies in both."""
        return (other.left_on is None or self.joined_on <= other.left_on) and (
            self.left_on is None or other.joined_on <= self.left_on
        )


class Roll:
    """Who is in which community when, with everything that is known today."""

    def __init__(self, closed_on: Mapping[int, date | None]) -> None:
        self._stays: dict[tuple[int, int], dict[date, Stay]] = {}
        self._unclear: set[tuple[int, int]] = set()
        self._closed_on = closed_on

    def put(self, community_id: int, school_id: int, stay: Stay) -> None:
        """Enter a stay; one that begins on the same day is replaced."""
        self._stays.setdefault((community_id, school_id), {})[stay.joined_on] = stay

    def put_unclear(self, community_id: int, school_id: int) -> None:
        """Enter a school whose stay could not be read: it passes for in."""
        self._unclear.add((community_id, school_id))

    def stays(self, community_id: int, school_id: int) -> list[Stay]:
        """The school's stays in the community."""
        return list(self._stays.get((community_id, school_id), {}).values())

    def was_in(self, community_id: int, school_id: int, day: date) -> bool:
        """Whether the school was in on a day, and still open (READING.md §1)."""
        key = (community_id, school_id)
        if key in self._unclear:
            return True
        closed_on = self._closed_on.get(school_id)
        if closed_on is not None and day > closed_on:
            return False
        return any(stay.covers(day) for stay in self._stays.get(key, {}).values())
