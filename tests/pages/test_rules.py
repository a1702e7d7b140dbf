"""What pages make of a count: the network, the time line, the records behind a criterion."""

from datetime import date
from typing import Any

from community.activities.rules import Exclusion
from community.audits.rules.count import CommunityCount, build_community_count
from community.audits.rules.pictures import network_counts, network_schools, stays
from community.pages.rules import records_of
from tests.audits.factories import (
    BOOKS,
    FIRST,
    LEAD,
    LESSON,
    MEMBER,
    OPEN,
    PIVOT,
    REMOTE,
    RULES,
    WALK,
    activity,
    day,
    facts,
    period,
    stay,
)


def count_of(**overrides: Any) -> CommunityCount:
    return build_community_count(facts(**overrides), period(), RULES)


def test_the_network_has_the_schools_of_the_day_in_three_layers() -> None:
    count = count_of(
        memberships=(
            stay(MEMBER, 5),
            stay(PIVOT, 2),
            stay(LEAD, 1),
            stay(MEMBER, 6, left_on=day("2025-12-30")),
            stay(MEMBER, 7, closed_on=day("2025-07-31")),
        )
    )
    schools = network_schools(count)
    assert [(s.key, s.layer) for s in schools] == [("1", 0), ("2", 1), ("5", 2)]


def test_a_line_of_the_network_is_what_counts_between_two_schools_of_the_day() -> None:
    count = count_of(
        memberships=(
            stay(LEAD, 1),
            stay(PIVOT, 2),
            stay(MEMBER, 5),
            stay(MEMBER, 6, left_on=day("2025-07-31")),
        ),
        activities=(
            activity(LESSON, provider_id=1, receiver_ids=(2, 5)),
            activity(LESSON, provider_id=1, receiver_ids=(5,)),
            activity(LESSON, provider_id=1, receiver_ids=(5,), confirmations=(OPEN,)),
            activity(LESSON, provider_id=1, receiver_ids=(5,), has_evidence=False),
            activity(LESSON, provider_id=2, receiver_ids=(6,)),  # no longer a member on D
            activity(LESSON, provider_id=6, receiver_ids=(2,)),
        ),
    )
    assert dict(network_counts(count)) == {("1", "2"): 1, ("1", "5"): 2}


def test_the_time_line_keeps_who_has_left_and_ends_a_stay_with_its_school() -> None:
    closed = day("2025-07-31")
    count = count_of(
        memberships=(
            stay(MEMBER, 5, left_on=day("2025-08-31"), closed_on=closed),
            stay(MEMBER, 4, closed_on=closed),
            stay(PIVOT, 2, left_on=day("2025-06-30")),
            stay(LEAD, 1, joined_on=day("2025-02-01")),
            stay(LEAD, 3),
        )
    )
    ends: list[tuple[str, date | None]] = [(s.name, s.left_on) for s in stays(count)]
    assert ends == [
        ("School 3", None),
        ("School 1", None),
        ("School 2", day("2025-06-30")),
        ("School 5", closed),
        ("School 4", closed),
    ]


def test_a_criterion_lists_what_it_looks_at_and_why_some_of_it_is_left_out() -> None:
    count = count_of(
        activities=(
            activity(LESSON),
            activity(REMOTE, confirmations=(OPEN,)),
            activity(LESSON, day("2024-08-31")),  # the day before the window
            activity(LESSON, has_evidence=False),
            activity(WALK),  # not looked at by O1
            activity(BOOKS, FIRST, has_evidence=False),
        )
    )
    lessons, transfers = count.criterion("O1"), count.criterion("O5")
    assert lessons is not None
    assert transfers is not None
    records = records_of(count, lessons)
    assert records is not None
    assert [s.activity.kind for s in records.included] == [LESSON]
    assert len(records.excluded) == 3
    assert records.reasons == {
        Exclusion.NOT_CONFIRMED: 1,
        Exclusion.OUTSIDE_WINDOW: 1,
        Exclusion.NO_EVIDENCE: 1,
    }
    moved = records_of(count, transfers)
    assert moved is not None
    assert (moved.included, moved.reasons) == ((), {Exclusion.NO_EVIDENCE: 1})


def test_a_criterion_of_structure_looks_at_no_records() -> None:
    count = count_of()
    lead = count.criterion("S1")
    assert lead is not None
    assert records_of(count, lead) is None
    assert count.criterion("Z9") is None
