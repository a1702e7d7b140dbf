"""Decisions as known at an instant: what was counted before stays what it was."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from community.access import Operator, Role
from community.accounts.services import actor_of_account
from community.activities.rules import Exclusion, Move
from community.activities.services import decide
from community.audits.services import Question, count_region, judge_community
from community.imports.services import undo_batch
from community.kernel import clock
from community.kernel.database import transaction
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from tests.activities.records import record
from tests.conftest import OPERATOR, Recording
from tests.factories import ImportBatchFactory
from tests.world import World

D = date(2025, 12, 31)


class Clock:
    """An instant that tests move on."""

    def __init__(self) -> None:
        self.instant = clock.now()

    def __call__(self) -> datetime:
        return self.instant

    def pass_by(self) -> datetime:
        """A day passes; answers with an instant in the middle of it."""
        self.instant += timedelta(days=1)
        return self.instant - timedelta(hours=12)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the product, stopped."""
    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


def figures(world: World, known: datetime) -> tuple[tuple[int, ...], Exclusion | None, str]:
    """Reported, confirmed, checked and counted rows at K; why the one record is left out."""
    question = Question(D, known, "2024-2025")
    judged = judge_community(world.own.community_code, question, actor=OPERATOR).count
    total = judged.figures.total
    levels = (total.reported, total.confirmed, total.checked, total.counted)
    (standing,) = judged.standings
    by = standing.decision.decided_by if standing.decision else ""
    county = count_region(world.own.county_code, question, actor=OPERATOR).regions[0]
    assert county.figures.total == total
    return tuple(level.rows for level in levels), standing.exclusion, by


def test_a_count_knows_a_decision_from_its_instant(
    world: World, recording: Recording, app: Flask, time: Clock
) -> None:
    with recording():
        number = record(world.own)
    official = Operator("陈科长")
    instants = [time.pass_by()]
    for move in (Move.CHECK, Move.DISALLOW, Move.ALLOW, Move.WITHDRAW, Move.RESTORE):
        with app.app_context(), transaction():
            decide(number, move, "无人到场", actor=official)
        instants.append(time.pass_by())
    expected = [
        ((1, 1, 0, 1), None, ""),
        ((1, 1, 1, 1), None, ""),
        ((1, 1, 0, 0), Exclusion.DISALLOWED, "陈科长"),
        ((1, 1, 1, 1), None, ""),
        ((0, 0, 0, 0), Exclusion.WITHDRAWN, "陈科长"),
        ((1, 1, 1, 1), None, ""),
    ]
    with app.app_context():
        assert [figures(world, known) for known in instants] == expected


def test_who_may_decide(world: World, recording: Recording, app: Flask) -> None:
    with recording():
        own, other = record(world.own), record(world.other)
    with app.app_context():
        for role, number, error in (
            (Role.DISTRICT_OFFICIAL, other, NotFoundError),
            (Role.VIEWER, own, AccessDeniedError),
            (Role.LEAD_SCHOOL_ADMINISTRATOR, own, AccessDeniedError),
            (Role.SCHOOL_CLERK, other, NotFoundError),
            (Role.CITY_OFFICIAL, 10**6, NotFoundError),
        ):
            actor = actor_of_account(world.account_ids[role])
            assert actor is not None
            with pytest.raises(error):
                decide(number, Move.DISALLOW, "无人到场", actor=actor)


def test_an_import_with_a_decision_on_it_is_not_taken_back(
    world: World, recording: Recording, app: Flask
) -> None:
    with recording():
        batch = ImportBatchFactory.create()
        number = record(world.own, batch_id=batch.id, is_confirmed=False, is_proven=False)
        batch_id = batch.id
    with app.app_context():
        with transaction():
            decide(number, Move.DISALLOW, "无人到场", actor=OPERATOR)
        with pytest.raises(RuleViolationError), transaction():
            undo_batch(batch_id, actor=OPERATOR)
        with transaction():
            decide(number, Move.ALLOW, actor=OPERATOR)
        with transaction():
            assert undo_batch(batch_id, actor=OPERATOR).undone_at is not None
