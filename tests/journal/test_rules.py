"""Sealing and checking, without a database: what anybody can recompute."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from community.journal import rules
from community.journal.rules import FaultKind, Link
from community.kernel.origin import Channel

NOW = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


def build_links(
    chain: str, count: int, county_id: int | None, action: str = "school.updated"
) -> list[Link]:
    """A sound chain."""
    links: list[Link] = []
    previous = rules.GENESIS
    for number in range(1, count + 1):
        values: list[Any] = [
            chain,
            number,
            county_id,
            rules.instant_text(NOW + timedelta(seconds=number)),
            None,
            "经办人",
            Channel.WEB,
            "request",
            "127.0.0.1",
            None,
            action,
            "school" if county_id else rules.CHAIN,
            "county:7",
            "[]",
            previous,
        ]
        previous = rules.seal(values)
        links.append(Link(values, previous, None, None))
    return with_head(count, previous)(links)


def test_a_hash_can_be_recomputed_from_the_description_alone() -> None:
    values = [
        "county:7", 1, 7, "2025-03-01T08:00:00.000000+00:00", 3, "张三", "web", "r", None, None,
        "school.updated", "school", "5", '[{"id":5,"new":{"name":"曲溪"},"old":null}]', "0" * 64,
    ]  # fmt: skip
    array = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    assert rules.seal(values) == sha256(array.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        ("曲溪 “一”", '"曲溪 “一”"'),
        (date(2025, 2, 28), '"2025-02-28"'),
        (NOW, '"2025-03-01T08:00:00.000000+00:00"'),
        (NOW.astimezone(timezone(timedelta(hours=8))), '"2025-03-01T08:00:00.000000+00:00"'),
        (Decimal("12.500"), '"12.500"'),
        (Decimal("1E+3"), '"1000"'),
        (b"\x01\xff", '"01ff"'),
        (Channel.CLI, '"cli"'),
        ({"b": 1, "a": [2]}, '{"a":[2],"b":1}'),
    ],
)
def test_values_have_one_text(value: object, text: str) -> None:
    assert rules.changes_text(value) == text


def test_a_value_without_a_text_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        rules.changes_text(1j)


@pytest.mark.parametrize("action", ["school.updated", "import_batch.undone", "r2.x"])
def test_actions(action: str) -> None:
    assert rules.check_action(action) == action


@pytest.mark.parametrize("action", ["", "updated", "School.updated", "school.", "a.b.c", "a b.c"])
def test_what_is_no_action_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match=r"resource\.past_participle"):
        rules.check_action(action)


def test_chains() -> None:
    assert rules.chain_of(7) == "county:7"
    assert rules.chain_of(None) == "system"


def without(number: int) -> Callable[[list[Link]], list[Link]]:
    return lambda links: links[: number - 1] + links[number:]


def changed(number: int, name: str, value: object) -> Callable[[list[Link]], list[Link]]:
    def change(links: list[Link]) -> list[Link]:
        values = list(links[number - 1].values)
        values[rules.SEALED.index(name)] = value
        links[number - 1] = links[number - 1]._replace(values=values)
        return links

    return change


def with_head(number: int | None, head_hash: str | None) -> Callable[[list[Link]], list[Link]]:
    return lambda links: [
        link._replace(head_sequence=number, head_hash=head_hash) for link in links
    ]


def resealed(links: list[Link]) -> list[Link]:
    """A changed third entry with the hash that it then has."""
    links = changed(3, "actor_name", "别人")(links)
    links[2] = links[2]._replace(entry_hash=rules.seal(links[2].values))
    return links


SWAPPED = [FaultKind.OUT_OF_SEQUENCE, FaultKind.BROKEN_LINK] * 3


@pytest.mark.parametrize(
    ("tamper", "kinds"),
    [
        (lambda links: links, []),
        (changed(2, "actor_name", "别人"), [FaultKind.CHANGED]),
        (changed(2, "changes", b"bytes"), [FaultKind.CHANGED]),
        (changed(2, "actor_id", 9), [FaultKind.CHANGED]),
        (changed(2, "county_id", 8), [FaultKind.CHANGED, FaultKind.WRONG_CHAIN]),
        (changed(2, "previous_hash", "0" * 64), [FaultKind.BROKEN_LINK, FaultKind.CHANGED]),
        (changed(2, "sequence", "two"), [FaultKind.OUT_OF_SEQUENCE, FaultKind.CHANGED]),
        (without(1), [FaultKind.OUT_OF_SEQUENCE, FaultKind.BROKEN_LINK]),
        (without(3), [FaultKind.OUT_OF_SEQUENCE, FaultKind.BROKEN_LINK]),
        (without(5), [FaultKind.TAIL_MISSING]),
        (resealed, [FaultKind.BROKEN_LINK]),
        (lambda links: [links[1], links[0], *links[2:]], SWAPPED),
        (lambda links: [*links, links[4]], [FaultKind.OUT_OF_SEQUENCE, FaultKind.BROKEN_LINK]),
        (with_head(None, None), [FaultKind.HEAD_MISSING]),
        (with_head(4, "0" * 64), [FaultKind.BEYOND_HEAD]),
        (with_head(6, "0" * 64), [FaultKind.TAIL_MISSING]),
        (with_head(5, "0" * 64), [FaultKind.HEAD_CHANGED]),
        (lambda _links: [], [FaultKind.ENTRIES_MISSING]),
    ],
)
def test_faults_of_a_chain(
    tamper: Callable[[list[Link]], list[Link]], kinds: list[FaultKind]
) -> None:
    report = rules.check_chain("county:7", tamper(build_links("county:7", 5, 7)))
    assert [fault.kind for fault in report.faults][: len(kinds) or None] == kinds
    assert report.is_intact is (not kinds)
    assert all(str(fault.message) for fault in report.faults)


def test_faults_are_counted_beyond_those_listed() -> None:
    links = build_links("county:7", rules.FAULTS_LISTED + 20, 7)
    report = rules.check_chain("county:7", [link._replace(entry_hash="x") for link in links])
    assert len(report.faults) == rules.FAULTS_LISTED
    assert report.faults_count > 2 * rules.FAULTS_LISTED


def test_a_sought_hash_is_found_with_its_number() -> None:
    links = build_links("county:7", 5, 7)
    report = rules.check_chain("county:7", links, sought=links[2].entry_hash)
    assert report.found_number == 3


def test_every_chain_must_have_been_opened_on_the_systems() -> None:
    county = build_links("county:7", 2, 7)
    system = build_links(rules.SYSTEM, 1, None, rules.CHAIN_OPENED)
    sound = rules.check_chains([*county, *system])
    assert [(report.chain, report.is_intact) for report in sound] == [
        ("county:7", True),
        (rules.SYSTEM, True),
    ]
    (forged,) = rules.check_chains(county)
    assert [fault.kind for fault in forged.faults] == [FaultKind.NEVER_OPENED]
    *_, vanished = rules.check_chains(system)
    assert (vanished.chain, vanished.is_intact) == ("county:7", False)


def test_changes_are_read_back_as_they_were_written() -> None:
    text = rules.changes_text(
        [
            rules.build_change("school", 5, {"name": "旧"}, {"name": "新"}),
            rules.build_change("school", 6, None, {"name": "新"}),
            rules.build_change("minimum", (1, 2), {"name": "旧"}, None),
        ]
    )
    changed, new, removed = rules.parse_changes(text)
    assert (changed.fields[0].old, changed.fields[0].new) == ("旧", "新")
    assert (new.is_new, new.is_removed, removed.is_new, removed.is_removed) == (
        True, False, False, True,
    )  # fmt: skip
    assert removed.key == [1, 2]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"id":1}]', '[{"old":1,"new":2}]', "[[]]"])
def test_changes_that_cannot_be_read_give_none(text: str) -> None:
    assert rules.parse_changes(text) == []


def test_the_access_log_is_kept_for_183_days() -> None:
    assert rules.may_purge(NOW - timedelta(days=183), NOW)
    assert not rules.may_purge(NOW - timedelta(days=183) + timedelta(seconds=1), NOW)
