"""The own community of the small world, and the deeds of an official."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from community.access import Operator
from community.audits.rules.results import Outcome
from community.audits.services import Question, judge_community
from community.communities import services
from community.communities.models import Community, Membership, MembershipVersion
from community.kernel import clock
from community.kernel.database import known_at, session, transaction
from community.web.extensions import db
from tests.conftest import OPERATOR, Recording
from tests.factories import CharterFactory, CharterVersionFactory
from tests.world import World

D = date(2025, 12, 31)
CODE = "JD-01"


@dataclass(frozen=True)
class Office:
    """An official at work on the own community."""

    app: Flask
    world: World
    actor: Operator = OPERATOR

    def does(self, deed: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """One deed, as one request would do it; answers with the number of what it made."""
        with self.app.app_context(), transaction():
            done = deed(CODE, *args, actor=self.actor, **kwargs)
            return getattr(done, "id", done)

    def changes(self, deed: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The same for a deed that says which revision it has seen: the present one."""
        return self.does(deed, *args, revision=self.revision(), **kwargs)

    def revision(self, code: str = CODE) -> int:
        """The present revision of a community."""
        with self.app.app_context():
            return session().scalars(select(Community.revision).filter_by(code=code)).one()

    def stay(self, school_id: int) -> int:
        """The number of a school's present stay in the community."""
        with self.app.app_context():
            return (
                session()
                .scalars(
                    select(Membership.id)
                    .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
                    .where(
                        Membership.school_id == school_id,
                        Membership.community_id == self.world.own.community_id,
                        known_at(MembershipVersion, None),
                    )
                    .order_by(Membership.joined_on.desc())
                    .limit(1)
                )
                .one()
            )

    def outcome(
        self, criterion: str, as_of: date = D, known: datetime | None = None, code: str = CODE
    ) -> Outcome:
        """What a criterion says as of a day, as known at an instant."""
        return self.judged(as_of, known, code)[criterion]

    def judged(
        self, as_of: date = D, known: datetime | None = None, code: str = CODE
    ) -> dict[str, Outcome]:
        """What all criteria say."""
        question = Question(as_of, known, school_year="2024-2025")
        with self.app.app_context():
            count = judge_community(code, question, actor=self.actor).count
            return {criterion.id: criterion.outcome for criterion in count.criteria}

    def schools_on(self, day: date, known: datetime | None = None) -> set[int]:
        """The schools that a count finds in the community on a day."""
        question = Question(day, known, school_year="2024-2025")
        with self.app.app_context():
            count = judge_community(CODE, question, actor=self.actor).count
            return {member.school.school_id for member in count.members}


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


@pytest.fixture
def before(office: Office) -> datetime:
    """An instant before anything was done."""
    return clock.now()


@pytest.fixture
def charter(world: World, recording: Recording) -> int:
    """A charter of the own community, in force from 1 September 2024."""
    with recording():
        own = session().get_one(Community, world.own.community_id)
        found = CharterFactory.create(community=own)
        CharterVersionFactory.create(of=found)
        return int(found.id)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that is executed meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


__all__ = ["CODE", "D", "Office", "services", "statements"]
