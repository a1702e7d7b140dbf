"""Arrangements that go on in the next term, and those that do not."""

from datetime import date

from community.access import Actor
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import session
from community.walking_teaching import services
from community.walking_teaching.rules import StaysBehind
from community.walking_teaching.services.rolling import RollOver, preview_roll_over, roll_over
from tests.conftest import Recording
from tests.factories import SchoolFactory, SchoolVersionFactory
from tests.walking_teaching.conftest import CLERK, LEAD, Timetables


def look(timetables: Timetables) -> RollOver:
    found: RollOver = timetables.do(LEAD, preview_roll_over, None)
    return found


def take(timetables: Timetables, *ids: int) -> int:
    term_id = look(timetables).term.id
    return int(timetables.do(LEAD, roll_over, term_id, ids))


def test_what_goes_on_is_planned_for_the_whole_next_term(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    preview = look(timetables)
    assert preview.into is not None
    assert (preview.into.starts_on, preview.going_count) == (date(2025, 2, 17), 1)
    assert take(timetables, arranged) == 1
    (again,) = [
        row for row in timetables.do(LEAD, _listed) if row.starts_on == preview.into.starts_on
    ]
    days = timetables.visits(again.id)
    assert min(days) == date(2025, 2, 18)
    assert date(2025, 5, 1) not in days, "Labour Day, a Thursday"
    assert len(days) == len(preview.rows[0].plan.visits)


def _listed(*, actor: Actor) -> list[services.ArrangementRow]:
    page = services.list_arrangements(services.ArrangementFilter(), actor=actor)
    return list(page.rows)


def test_the_same_twice_does_it_once(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    assert take(timetables, arranged) == 1
    assert take(timetables, arranged) == 0
    (row,) = look(timetables).rows
    assert row.reason is StaysBehind.DONE


def test_what_stays_behind_says_why(timetables: Timetables, recording: Recording) -> None:
    own = timetables.world.own
    ended = timetables.arrange()
    revision = timetables.on_file(ended).revision

    def end(*, actor: Actor) -> int:
        last = date(2024, 10, 20)
        return services.end_arrangement(ended, last, "调离", revision=revision, actor=actor)

    timetables.do(LEAD, end)
    left = timetables.arrange(
        CLERK, sender_id=own.member_id, receiver_id=own.pivot_id, staff_number="JD0900"
    )
    with recording():
        stay = session().query(Membership).filter_by(school_id=own.member_id).one()
        version = session().query(MembershipVersion).filter_by(membership_id=stay.id).one()
        version.left_on = date(2025, 1, 31)

    def reasons(*, actor: Actor) -> dict[int, StaysBehind | None]:
        rows = preview_roll_over(None, actor=actor).rows
        return {row.arrangement.id: row.reason for row in rows}

    expected = {ended: StaysBehind.ENDED, left: StaysBehind.NOT_TOGETHER}
    assert timetables.do(LEAD, reasons) == expected


def test_a_closed_school(timetables: Timetables, recording: Recording) -> None:
    own = timetables.world.own
    arranged = timetables.arrange()
    with recording():
        SchoolVersionFactory.create(
            school=SchoolFactory.build(id=own.member_id, county_id=own.county_id),
            held_from=date(2025, 1, 1),
            closed_on=date(2025, 1, 31),
        )
    (row,) = look(timetables).rows
    assert row.reason is StaysBehind.SCHOOL_CLOSED
    said = timetables.refusal(LEAD, roll_over, look(timetables).term.id, [arranged])
    assert "changed since the page was made" in said


def test_nothing_chosen_and_others_arrangements(timetables: Timetables) -> None:
    timetables.arrange()
    term_id = look(timetables).term.id
    assert "at least one arrangement" in timetables.refusal(LEAD, roll_over, term_id, [])
    assert "no such record" in timetables.refusal(LEAD, roll_over, term_id, [999])
