"""The rollups say what the records say, whatever has happened to them and in whatever order."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from community.access import Role
from community.accounts.services import actor_of_account
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    CommunityYearRollup,
    Confirmation,
    CountyMonthRollup,
)
from community.activities.queries import rollups
from community.activities.rules import ActivityKind, ActivityState, Amount, Move
from community.activities.services import check_rollups, decide, rebuild_rollups
from community.communities.models import MembershipVersion
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import Base, session, transaction
from community.kernel.errors import AccessDeniedError, DomainError
from community.registry.models import SchoolVersion
from tests.activities.records import record
from tests.activities.recounting import recount
from tests.audits.histories import OPERATOR, build_history, write
from tests.conftest import Recording
from tests.world import World

EXAMPLES: Final = int(os.environ.get("ROLLUP_EXAMPLES", "4"))
STEPS: Final = 12


def agree() -> int:
    """Compare the rollups on file with both recounts; how many cells there are."""
    on_file = rollups.all_cells(session())
    assert on_file == recount(session())
    check = check_rollups(actor=OPERATOR)
    assert (check.cells, check.drifts) == (len(on_file), ())
    return len(on_file)


# --- random histories ---------------------------------------------------------------------------


def some(random: Random, model: type[Base]) -> Any:
    """A row of a table, or None."""
    rows = session().scalars(select(model).order_by(model.id)).all()  # type: ignore[attr-defined]
    return random.choice(rows) if rows else None


def undo_some(random: Random) -> None:
    """What the undoing of an import does: hide versions, here of any table."""
    model = random.choice([Activity, Confirmation, ActivityEvidence, ActivityDecision])
    for _ in range(5):
        if (row := some(random, model)) is not None:
            row.is_undone = True


def decide_on_some(random: Random) -> None:
    """Any move that somebody tries with any record."""
    activity = some(random, Activity)
    if activity.known_until is None and not activity.is_undone:
        try:
            decide(activity.id, random.choice([*Move]), "no reason", actor=OPERATOR)
        except DomainError:
            return


def confirm_some(random: Random) -> None:
    """A receiver confirms, or takes back what it confirmed."""
    receiver = some(random, ActivityReceiver)
    open_ones = session().scalars(
        select(Confirmation).where(
            Confirmation.receiver_id == receiver.id,
            Confirmation.known_until.is_(None),
            Confirmation.is_undone.is_(False),
        )
    )
    if (confirmed := open_ones.first()) is not None:
        confirmed.known_until = clock.now()
        return
    session().add(
        Confirmation(
            receiver_id=receiver.id,
            county_id=2,
            confirmer_name="Somebody",
            confirmed_on=date(2025, 1, 1),
            **told(),
        )
    )


def prove_some(random: Random) -> None:
    """Evidence comes or goes."""
    proof = some(random, ActivityEvidence)
    if proof is not None and proof.known_until is None and random.choice([True, False]):
        proof.known_until = clock.now()
        return
    activity = some(random, Activity)
    session().add(
        ActivityEvidence(
            activity_id=activity.id, county_id=2, reference=f"{random.random()}", **told()
        )
    )


def leave_some(random: Random) -> None:
    """A school leaves on another day than was known."""
    stay = some(random, MembershipVersion)
    stay.left_on = random.choice([None, date(2024, 12, 1) + timedelta(days=random.randint(0, 200))])


def close_some(random: Random) -> None:
    """A school closes, or does not."""
    school = some(random, SchoolVersion)
    school.closed_on = random.choice([None, date(2024, 12, 1)])


def correct_some(random: Random) -> None:
    """A record gives way to a better one."""
    before = some(random, Activity)
    if before.known_until is not None or before.community_id is None:
        return
    now = clock.now()
    before.known_until = now
    session().add(
        Activity(
            sheet=before.sheet,
            kind=before.kind,
            county_id=before.county_id,
            community_id=before.community_id,
            held_on=before.held_on + timedelta(days=random.randint(-40, 40)),
            periods_count=7,
            provider_id=before.provider_id,
            state=ActivityState.SUBMITTED,
            identity="",
            receivers=[],
            **told(),
        )
    )


def told() -> dict[str, Any]:
    now = clock.now()
    return {"known_from": now, "recorded_at": now, "recorded_by": "test", "is_undone": False}


CHANGES: Final[list[Callable[[Random], None]]] = [
    undo_some,
    decide_on_some,
    decide_on_some,
    confirm_some,
    prove_some,
    leave_some,
    close_some,
    correct_some,
]


def test_after_any_history_the_rollups_are_what_a_recount_says(reference: None, app: Flask) -> None:
    seen = {"cells": 0, "steps": 0}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def agrees(random: Random) -> None:
        with transaction() as written:
            with session().begin_nested():
                write(build_history(random))
            seen["cells"] += agree()
            for _ in range(STEPS):
                # The end of a savepoint settles the rollups as a commit does.
                with session().begin_nested(), writing(actor=OPERATOR, action="test.changed"):
                    random.choice(CHANGES)(random)
                agree()
                seen["steps"] += 1
            written.abandon()

    agrees()
    assert seen["cells"] >= 20 * EXAMPLES
    assert seen["steps"] == STEPS * EXAMPLES


# --- looking after them -------------------------------------------------------------------------


def test_a_drift_is_found_and_mended(reference: None, app: Flask) -> None:
    with transaction():
        write(build_history(Random(7)))  # noqa: S311 - the same each time
    with transaction():
        cells = agree()
        session().execute(delete(CountyMonthRollup).where(CountyMonthRollup.county_id == 2))
        wrong = session().scalars(select(CommunityYearRollup).limit(1)).one()
        wrong.counted_count += 1
    with transaction():
        check = check_rollups(actor=OPERATOR)
        assert check.cells == cells
        tables = {drift.table for drift in check.drifts}
        assert tables == {"county_month_rollup", "community_year_rollup"}
        assert any(drift.on_file is None for drift in check.drifts)
        rebuild_rollups(actor=OPERATOR)
        assert check_rollups(actor=OPERATOR).drifts == ()


def test_only_the_operator_rebuilds(world: World, app: Flask) -> None:
    with app.app_context():
        official = actor_of_account(world.account_ids[Role.DISTRICT_OFFICIAL])
        assert official is not None
        for use in (check_rollups, rebuild_rollups):
            with pytest.raises(AccessDeniedError):
                use(actor=official)


def test_a_record_is_seen_in_its_month_and_its_school_year(
    world: World, recording: Recording, app: Flask
) -> None:
    with recording():
        own = world.own
        record(own, date(2025, 8, 31))
        record_id = record(own, date(2025, 9, 1))
    with app.app_context():
        kind = ActivityKind.SYNCHRONOUS_CLASS
        by_month = rollups.county_months(
            session(), [own.county_id], date(2025, 8, 1), date(2025, 9, 30)
        )
        assert {key: levels.counted for key, levels in by_month.items()} == {
            (202508, kind): Amount(1, 2),
            (202509, kind): Amount(1, 2),
        }
        for year in (2024, 2025):
            by_kind = rollups.community_years(session(), [own.community_id], year)
            assert by_kind[own.community_id, kind].confirmed == Amount(1, 2)
        assert rollups.community_years(session(), [world.sibling.community_id], 2024) == {}
    with recording():
        decide(record_id, Move.DISALLOW, "Nobody was there", actor=OPERATOR)
    with app.app_context():
        by_month = rollups.county_months(
            session(), [own.county_id], date(2025, 9, 1), date(2025, 9, 30)
        )
        assert by_month[202509, kind].reported == Amount(1, 2)
        assert by_month[202509, kind].counted == Amount()
