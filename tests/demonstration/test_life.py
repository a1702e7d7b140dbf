"""This school year in the demonstration: something waits in every inbox."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.accounts.models import UserAccount
from community.activities.models import Activity, Confirmation, SavedEntry
from community.activities.rules import ActivityState, Sheet
from community.activities.services import check_rollups
from community.audits.services import Question, count_region
from community.demonstration.services import live
from community.kernel import clock
from community.kernel.database import session, transaction
from community.pages.services import DEADLINE
from community.walking_teaching.models import PlannedVisit
from community.walking_teaching.rules import VisitState
from tests.conftest import OPERATOR, MakeApp, make_config, signed_in


@pytest.fixture
def lively(demonstration_url: str, tmp_path: Path, make_app: MakeApp) -> Flask:
    """A demonstration of one's own, with life in it."""
    file = tmp_path / "community.sqlite3"
    shutil.copyfile(demonstration_url.removeprefix("sqlite:///"), file)
    app = make_app(make_config(tmp_path, f"sqlite:///{file}"))
    with app.app_context(), transaction():
        before = count_region("445200", Question(DEADLINE), actor=OPERATOR)
        live()
        after = count_region("445200", Question(DEADLINE), actor=OPERATOR)
        assert before.city == after.city, "past years stay as they were"
    return app


@pytest.mark.once
def test_records_stand_in_every_state_and_something_waits_for_everybody(lively: Flask) -> None:
    with lively.app_context():
        since = select(Activity).where(Activity.reported_by_id.is_not(None))
        found = session().scalars(since).all()
        states = {activity.state for activity in found}
        wanted = {ActivityState.SUBMITTED, ActivityState.CONFIRMED, ActivityState.CHECKED}
        assert states >= wanted | {ActivityState.RETURNED}
        assert {activity.sheet for activity in found} == set(Sheet)
        assert max(activity.held_on for activity in found) < clock.today()
        visits = set(session().scalars(select(PlannedVisit.state)))
        assert visits == {VisitState.TAUGHT, VisitState.PLANNED}
        assert session().scalar(select(func.count()).select_from(SavedEntry)) == 2
        on_behalf = select(Confirmation.id).where(Confirmation.is_on_behalf.is_(True))
        assert session().scalars(on_behalf).one()
        assert not check_rollups(actor=OPERATOR).drifts
        ids = {a.user_name: a.id for a in session().scalars(select(UserAccount))}
    for name, said in (
        ("lead.admin", "人数不符"),
        ("pivot.clerk", "显微镜"),
        ("member.clerk", "秋天的树叶"),
        ("jiedong.official", "待核查"),
        ("jiedong.official", "我的脸"),  # a lesson that nobody has answered for three weeks
        ("jiedong.official", "绘本"),
    ):
        assert said in signed_in(lively, ids[name]).get("/").text, name
