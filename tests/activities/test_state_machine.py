"""The workflow walked at random by everybody who has a part in it, over the real services.

`WORKFLOW_STEPS=10000` walks at least so many steps, others than the usual ones, which are the same
every time. After each step: states never skip, nobody confirmed or checked what their own side
reported, nobody checked what they confirmed, what is on file never changed, nothing but the record
in hand began or ceased to count, and the rollups are what a recount says.
"""

import os
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from community.access import Operator, Role
from community.activities import services
from community.activities.models import Activity, ActivityReceiver, Confirmation
from community.activities.queries import decisions_in_force
from community.activities.queries.standing import IS_CONFIRMED, IS_COUNTED, ON_FILE
from community.activities.rules import (
    WORKFLOW,
    ActivityDraft,
    ActivityKind,
    ActivityState,
    Mode,
    Move,
    Report,
    Sheet,
    Subject,
    build_state,
)
from community.kernel import clock
from community.kernel.database import known_at, session
from community.kernel.errors import DomainError
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.shared_teaching.services import report_session
from community.web.extensions import db
from tests.activities.office import Office
from tests.activities.test_services import Clock
from tests.conftest import Prepared
from tests.world import World

USUAL: Final = 120
STEPS: Final = int(os.environ.get("WORKFLOW_STEPS", USUAL))
STEPS_PER_WALK: Final = 40
CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL
PIVOT: Final = "pivot"
WHO: Final = st.sampled_from([CLERK, LEAD, OFFICIAL, Role.CITY_OFFICIAL, Role.VIEWER, PIVOT])
SCHOOLS: Final = st.sampled_from(["lead_id", "pivot_id", "member_id"])
WHICH: Final = st.integers(0, 5)
FIRST_DAY: Final = date(2024, 10, 8)
Actor = str  # a role of the world, or PIVOT


class Walk(RuleBasedStateMachine):
    """One history of a few records; the clock stands still until a rule moves it on."""

    app: ClassVar[Flask]
    world: ClassVar[World]
    prepared: ClassVar[Prepared]
    time: ClassVar[Clock]
    seen: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        """The world as it was prepared, and one more clerk in it."""
        with self.app.app_context():
            db.engine.dispose()
            shutil.copyfile(self.prepared.directory / "world.sqlite3", str(db.engine.url.database))
        self.office = Office(self.app, self.world)
        own = self.world.own
        self.accounts: dict[Actor, int] = {str(r): n for r, n in self.world.account_ids.items()}
        self.accounts[PIVOT] = self.office.clerk_of(own.pivot_id)
        self.schools: dict[Actor, set[int]] = {
            CLERK: {own.member_id},
            LEAD: {own.lead_id},
            PIVOT: {own.pivot_id},
        }
        self.deputies: list[tuple[Actor, int, date]] = []
        # As they were when they came on file, by record: cells and receivers.
        self.filed: dict[int, tuple[Any, ...]] = {}
        self.reporters: dict[int, tuple[int, int]] = {}  # school and account
        self.confirmed_before: set[int] = set()
        self.counted: set[int] = set()
        self.in_hand: set[int] = set()

    # --- what people do -------------------------------------------------------------------------

    @rule(
        who=WHO,
        side=SCHOOLS,
        gives=SCHOOLS,
        takes=st.sets(SCHOOLS, min_size=1),
        proven=st.booleans(),
    )
    def report(self, who: Actor, side: str, gives: str, takes: set[str], proven: bool) -> None:
        """Somebody reports a lesson; most of what is drawn is refused."""
        own = self.world.own
        self._report(who, getattr(own, side), getattr(own, gives), takes, None, proven=proven)

    @rule(takes=st.sets(st.sampled_from(["pivot_id", "member_id"]), min_size=1))
    def report_as_usual(self, takes: set[str]) -> None:
        """The lead school reports what it gave."""
        lead = self.world.own.lead_id
        self._report(LEAD, lead, lead, takes, None, proven=True)

    @precondition(lambda self: self.filed)
    @rule(which=WHICH, who=WHO)
    def correct(self, which: int, who: Actor) -> None:
        """A returned record is corrected: another takes its place."""
        number = self._record(which)
        school, _account = self.reporters[number]
        lead = self.world.own.lead_id
        self._report(who, school, lead, {"member_id"}, number, proven=True)

    def _report(
        self,
        who: Actor,
        school_id: int,
        provider_id: int,
        takes: set[str],
        replaces: int | None,
        *,
        proven: bool,
    ) -> None:
        receivers = tuple(sorted(getattr(self.world.own, name) for name in takes))
        draft = ActivityDraft(
            sheet=Sheet.SHARED_TEACHING,
            community_id=self.world.own.community_id,
            county_id=self.world.own.county_id,
            held_on=FIRST_DAY + timedelta(days=len(self.filed)),
            kind=ActivityKind.SYNCHRONOUS_CLASS,
            mode=Mode.ONLINE,
            subject=Subject.CHINESE,
            periods=2,
            provider_id=provider_id,
            receiver_ids=receivers,
            confirmer_names=(None,) * len(receivers),
            confirmed_on=None,
            evidence=("档1",) if proven else (),
            note=None,
        )
        given = SharedTeachingSessionDraft(draft, "三年级", "荷塘月色", "林老师", 40, 2)
        source = Report(school_id, str(uuid4()), replaces, "另一节课")
        self.in_hand = {replaces} if replaces else set()
        before = self._states()
        number = self._try(
            "report", who, lambda actor: report_session(given, source, actor=actor).id
        )
        if number is None:
            return
        assert school_id in self._spoken_for(who)
        assert not set(receivers) & {school_id, provider_id}
        if replaces is not None:
            assert before[replaces] is ActivityState.RETURNED
        self.reporters[number] = (school_id, self.accounts[who])
        self.filed[number] = self._cells()[number]
        self.in_hand.add(number)

    @precondition(lambda self: self.filed)
    @rule(which=WHICH, who=WHO, school=SCHOOLS)
    def confirm(self, which: int, who: Actor, school: str) -> None:
        """Somebody confirms for a school."""
        number, school_id = self._record(which), getattr(self.world.own, school)
        args = (number, school_id)
        if self._move(Move.CONFIRM, who, number, services.confirm, *args):
            assert school_id in self._spoken_for(who)
            self._check_other_side(who, number)

    @precondition(lambda self: self.filed)
    @rule(which=WHICH)
    def confirm_as_asked(self, which: int) -> None:
        """The receivers confirm what waits for them."""
        number = self._record(which)
        for who, school in ((CLERK, "member_id"), (PIVOT, "pivot_id")):
            args = (number, getattr(self.world.own, school))
            if self._move(Move.CONFIRM, who, number, services.confirm, *args):
                self._check_other_side(who, number)

    @precondition(lambda self: self.filed)
    @rule(who=WHO, school=SCHOOLS)
    def confirm_all(self, who: Actor, school: str) -> None:
        """Somebody confirms all there is for a school, or nothing."""
        school_id = getattr(self.world.own, school)
        before = self._states()
        receipts = [(n, school_id) for n, s in before.items() if s is ActivityState.SUBMITTED]
        self.in_hand = {number for number, _ in receipts}
        if receipts and self._try(
            "together", who, lambda actor: services.confirm_together(receipts, actor=actor)
        ):
            assert school_id in self._spoken_for(who)
            for number in self.in_hand:
                self._check_other_side(who, number)

    @precondition(lambda self: self.filed)
    @rule(which=WHICH, who=WHO, school=SCHOOLS)
    def confirm_on_behalf(self, which: int, who: Actor, school: str) -> None:
        """The district confirms from a signed paper."""
        number, school_id = self._record(which), getattr(self.world.own, school)
        args = (number, [school_id], "档2026-7", "校长住院")
        if self._move(Move.CONFIRM, who, number, services.confirm_on_behalf, *args):
            assert who is OFFICIAL
            self._check_other_side(who, number)
            with self.app.app_context():
                reported_on = clock.day_of(session().get_one(Activity, number).recorded_at)
            assert clock.today() >= reported_on + timedelta(days=14)
            self.seen["on behalf"] += 1

    @precondition(lambda self: self.filed)
    @rule(which=WHICH, who=WHO, school=SCHOOLS)
    def revoke(self, which: int, who: Actor, school: str) -> None:
        """Somebody takes a confirmation back."""
        number = self._record(which)
        args = (number, getattr(self.world.own, school))
        self._move(Move.REVOKE, who, number, services.revoke, *args)

    @precondition(lambda self: self.filed)
    @rule(
        which=WHICH, who=WHO, move=st.sampled_from(list(Move)), said=st.sampled_from(["", "有误"])
    )
    def decide(self, which: int, who: Actor, move: Move, said: str) -> None:
        """Somebody takes a decision, or takes one back."""
        number = self._record(which)
        args = (number, move, said)
        if self._move(move, who, number, services.decide, *args) and move is Move.CHECK:
            self._check_other_side(who, number)
            assert self.accounts[who] not in self._confirmers(number), f"{who} checks their word"

    @precondition(lambda self: self.filed)
    @rule(which=WHICH, draws=st.lists(st.integers(0, 100), min_size=6, max_size=6))
    def go_on(self, which: int, draws: list[int]) -> None:
        """A record goes some moves further, each made by somebody who usually makes it."""
        for draw in draws:
            state = self._states()
            number = self._record(which)
            if number in state:
                moves = [move for move in Move if state[number] in WORKFLOW[move].starts]
                self._make(moves[draw % len(moves)], number, draw)

    def _make(self, move: Move, number: int, draw: int) -> None:
        reporter = {self.world.own.lead_id: LEAD, self.world.own.pivot_id: PIVOT}.get(
            self.reporters[number][0], CLERK
        )
        receiver, school = ((CLERK, "member_id"), (PIVOT, "pivot_id"))[draw % 2]
        if move is Move.CONFIRM and draw > 80:
            self.time.instant += timedelta(days=15)
            self.confirm_on_behalf(self._place(number), OFFICIAL, school)
        elif move in (Move.CONFIRM, Move.REVOKE):
            act = services.confirm if move is Move.CONFIRM else services.revoke
            args = (number, getattr(self.world.own, school))
            if self._move(move, receiver, number, act, *args) and move is Move.CONFIRM:
                self._check_other_side(receiver, number)
        else:
            likely = {Move.SUBMIT: reporter, Move.RETURN: receiver}
            reports = move in (Move.WITHDRAW, Move.RESTORE) and draw % 3
            who = likely.get(move, reporter if reports else OFFICIAL)
            self.decide(self._place(number), who, move, "有误")

    @rule(who=st.sampled_from([CLERK, PIVOT]), school=SCHOOLS, days=st.integers(0, 3))
    def deputise(self, who: Actor, school: str, days: int) -> None:
        """A clerk becomes the deputy of a school for some days."""
        school_id = getattr(self.world.own, school)
        until = clock.today() + timedelta(days=days)
        self.in_hand = set()
        self.office.deputise(self.accounts[who], school_id, until)
        self.deputies.append((who, school_id, until))

    @rule(hours=st.sampled_from([1, 30, 24 * 15]))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.in_hand = set()
        self.time.instant += timedelta(hours=hours)

    # --- what must be so ------------------------------------------------------------------------

    def _move(self, move: Move, who: Actor, number: int, act: Any, *args: Any) -> bool:
        """Try a move; whether it was made, and led where the table says."""
        self.in_hand = {number}
        before = self._states()
        made = self._try(move, who, lambda actor: act(*args, actor=actor)) is not None
        after = self._states()
        if not made:
            assert after == before
            return False
        assert before[number] in WORKFLOW[move].starts
        assert after[number] in WORKFLOW[move].leads_to
        return True

    def _try(self, what: str, who: Actor, act: Any) -> Any:
        """Let somebody act; None where it was refused."""
        self.seen["steps"] += 1
        self.time.instant += timedelta(seconds=1)
        try:
            done = self.office.do(self.accounts[who], lambda *, actor: act(actor))
        except DomainError:
            return None
        self.seen[what] += 1
        return done

    def _check_other_side(self, who: Actor, number: int) -> None:
        school, account = self.reporters[number]
        assert school not in self._spoken_for(who), f"{who} answered its own side's record {number}"
        assert account != self.accounts[who]

    def _confirmers(self, number: int) -> set[int | None]:
        """Whose confirmations of a record are in force."""
        said = (
            select(Confirmation.confirmed_by_id)
            .join(ActivityReceiver, ActivityReceiver.id == Confirmation.receiver_id)
            .where(ActivityReceiver.activity_id == number, known_at(Confirmation, None))
        )
        with self.app.app_context():
            return set(session().scalars(said))

    def _spoken_for(self, who: Actor) -> set[int]:
        today = clock.today()
        acting = {school for one, school, until in self.deputies if one == who and today <= until}
        return self.schools.get(who, set()) | acting

    def _record(self, which: int) -> int:
        """One of the latest records, the first ones to be drawn often."""
        numbers = sorted(self.filed, reverse=True)
        return numbers[which % len(numbers)]

    def _place(self, number: int) -> int:
        """By which draw a record is had."""
        return sorted(self.filed, reverse=True).index(number)

    def _states(self) -> dict[int, ActivityState]:
        with self.app.app_context():
            rows = session().execute(select(Activity.id, Activity.state).where(ON_FILE))
            return dict(rows.all())

    def _cells(self) -> dict[int, tuple[Any, ...]]:
        """What records say, but for where they stand and until when they are known."""
        names = [c.key for c in Activity.__table__.columns if c.key not in _MOVING]
        columns = [getattr(Activity, name) for name in names]
        with self.app.app_context():
            receivers: dict[int, list[int]] = {}
            for number, school in session().execute(
                select(ActivityReceiver.activity_id, ActivityReceiver.school_id).order_by(
                    ActivityReceiver.position
                )
            ):
                receivers.setdefault(number, []).append(school)
            rows = session().execute(select(Activity.id, *columns))
            return {number: (*values, *receivers[number]) for number, *values in rows}

    @invariant()
    def what_is_on_file_stays_as_it_was(self) -> None:
        """No cell of a record ever changes."""
        if self.filed:
            assert self._cells() == self.filed

    @invariant()
    def a_state_follows_from_its_facts(self) -> None:
        """From the decisions in force, else from the confirmations."""
        with self.app.app_context():
            for number, state, is_confirmed in session().execute(
                select(Activity.id, Activity.state, IS_CONFIRMED).where(ON_FILE)
            ):
                kinds = [row.kind for row in decisions_in_force(session(), number)]
                assert state is build_state(kinds, is_confirmed=is_confirmed)

    @invariant()
    def nothing_counts_or_ceases_to_but_what_is_in_hand(self) -> None:
        """And what counts has been confirmed, by somebody with a name and on a day."""
        with self.app.app_context():
            counted = set(session().scalars(select(Activity.id).where(ON_FILE, IS_COUNTED)))
            nameless = session().scalars(
                select(Confirmation.id).where(
                    Confirmation.confirmed_by_id.is_(None), known_at(Confirmation, None)
                )
            )
            assert not nameless.all()
        assert (counted ^ self.counted) <= self.in_hand
        self.counted = counted
        self.seen["counted"] += bool(counted)

    @invariant()
    def rollups_are_what_a_recount_says(self) -> None:
        """Every cell."""
        with self.app.app_context():
            check = services.check_rollups(actor=Operator("recount"))
            assert check.drifts == ()


_MOVING: Final = frozenset({"id", "state", "known_until", "closed_by_batch_id", "ended_reason"})


@pytest.mark.once
def test_the_workflow_at_random(
    app: Flask, world: World, prepared_database: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(tz=clock.SHANGHAI)
    Walk.app, Walk.world, Walk.prepared, Walk.time = app, world, prepared_database, Clock()
    Walk.time.instant = start
    Walk.seen.clear()
    monkeypatch.setattr(clock, "now", Walk.time)
    walks = -(-STEPS // STEPS_PER_WALK)
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=walks,
            stateful_step_count=STEPS_PER_WALK,
            deadline=None,
            derandomize=STEPS <= USUAL,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # That enough was done to mean something.
    assert Walk.seen["steps"] >= STEPS / 2
    if STEPS > USUAL:
        print(dict(Walk.seen))  # noqa: T201 - the figures of a thorough run
        assert not {*Move, "report", "together", "on behalf"} - Walk.seen.keys()
