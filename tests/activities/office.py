"""The accounts of the world at work: each act is a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask

from community.access import Role
from community.accounts.models import Deputy
from community.accounts.services import actor_of_account
from community.activities.models import Activity
from community.activities.rules import ActivityState
from community.kernel import clock
from community.kernel.database import session, transaction
from community.kernel.errors import DomainError
from community.kernel.i18n import use_locale
from tests.conftest import recording_in
from tests.factories import UserAccountFactory
from tests.world import World


@dataclass
class Office:
    """Who acts is a role of the world, or the id of an account."""

    app: Flask
    world: World

    def do(self, who: Role | int, act: Callable[..., Any], *args: object) -> Any:
        """Let an account call a service; of a record it answers with the state."""
        with self.app.app_context(), transaction():
            number = who if isinstance(who, int) else self.world.account_ids[who]
            actor = actor_of_account(number)
            assert actor is not None
            answer = act(*args, actor=actor)
            return answer.state if isinstance(answer, Activity) else answer

    def refusal(self, who: Role | int, act: Callable[..., Any], *args: object) -> str:
        """What an account is told that may not do this, in English; empty: it has done it."""
        try:
            self.do(who, act, *args)
        except DomainError as error:
            with use_locale("en"):
                return str(error)
        return ""

    def state(self, number: int) -> ActivityState:
        """Where a record stands."""
        with self.app.app_context():
            return session().get_one(Activity, number).state

    def clerk_of(self, school_id: int) -> int:
        """A new clerk of a school of the own community."""
        with recording_in(self.app):
            account = UserAccountFactory.create(
                role=Role.SCHOOL_CLERK,
                city_id=self.world.city_id,
                county_id=self.world.own.county_id,
                school_id=school_id,
            )
            return int(account.id)

    def deputise(self, account_id: int, school_id: int, until: date | None = None) -> None:
        """Make an account the deputy of a school from today."""
        with recording_in(self.app):
            session().add(
                Deputy(
                    school_id=school_id,
                    account_id=account_id,
                    county_id=self.world.own.county_id,
                    starts_on=clock.today(),
                    ends_on=until or clock.today(),
                    appointed_by="陈校长",
                    appointed_at=clock.now(),
                )
            )
