"""A week at a glance: of a teacher, of a school, or all within reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from community.access import Actor, permission_is_held, require
from community.kernel import clock
from community.kernel.calendar import CalendarDay, calendar_day
from community.kernel.database import session
from community.walking_teaching.queries import visits as queries
from community.walking_teaching.queries.visits import MAX_SHOWN, VisitRow
from community.walking_teaching.rules import TermDays, TermSpan, Week, build_week, monday_of
from community.walking_teaching.services.planning import terms_to_choose
from community.walking_teaching.services.reach import EDIT, VIEW


@dataclass(frozen=True)
class WeekShown:
    """A week of the timetable, and what stands beside it."""

    monday: date
    week: Week[VisitRow]
    days: Sequence[CalendarDay]  # what the public calendar says of each
    term: TermDays | None
    number: int | None  # of the week in its term
    today: date
    waiting_count: int  # visits of this week that are due and wait for the reader to report them
    is_cut: bool  # more visits than a page shows

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        """The Monday after."""
        return self.monday + timedelta(days=7)


def week_shown(day: date, teacher: str, school: str, *, actor: Actor) -> WeekShown:
    """The week of a day."""
    require(actor, VIEW)
    monday, today = monday_of(day), clock.today()
    sunday = monday + timedelta(days=6)
    visits = queries.visits_between(
        session(), actor, monday, sunday, teacher=teacher, school=school
    )
    week = build_week(monday, visits)
    term = next(
        (t for t in terms_to_choose() if t.starts_on <= sunday and monday <= t.ends_on), None
    )
    may_report = permission_is_held(actor, EDIT)
    return WeekShown(
        monday=monday,
        week=week,
        days=[calendar_day(each) for each in week.days],
        term=term,
        number=TermSpan(term.starts_on, term.ends_on).week_of(monday) if term else None,
        today=today,
        waiting_count=sum(
            visit.may_report and visit.held_on <= today for visit in visits if may_report
        ),
        is_cut=len(visits) == MAX_SHOWN,
    )
