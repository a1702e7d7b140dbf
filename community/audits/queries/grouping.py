"""Facts by the community to which they belong."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

Fact = TypeVar("Fact")


def grouped(rows: Iterable[tuple[int, Fact]]) -> dict[int, list[Fact]]:
    """Pairs of community and fact as lists per community."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for community_id, fact in rows:
        found[community_id].append(fact)
    return found
