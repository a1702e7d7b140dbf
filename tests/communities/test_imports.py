"""Ledgers and forms side by side: neither spoils what the other has entered."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from community.communities import services
from community.communities.models import Community, Membership, MembershipVersion
from community.kernel.database import known_at, session, transaction
from community.kernel.errors import RuleViolationError
from tests.conftest import OPERATOR
from tests.imports.conftest import Desk, desk
from tests.imports.workbooks import LEAD, community, membership, memberships, registers

__all__ = ["desk"]  # a fixture
CODE = "JD-91"


def does(deed: Callable[..., Any], *args: Any) -> None:
    """One deed on the community as it is now."""
    with transaction():
        revision = session().scalars(select(Community.revision).filter_by(code=CODE)).one()
        deed(CODE, *args, revision=revision, actor=OPERATOR)


def lead_id() -> int:
    """The stay of the lead school."""
    return min(session().scalars(select(Membership.id)))


def known() -> list[tuple[date, date | None, str | None]]:
    """What is known today of the lead's stay: from which day, last day, responsible person."""
    rows = session().execute(
        select(
            MembershipVersion.held_from,
            MembershipVersion.left_on,
            MembershipVersion.responsible_person,
        )
        .where(MembershipVersion.membership_id == lead_id(), known_at(MembershipVersion, None))
        .order_by(MembershipVersion.held_from)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc] # three columns


def test_an_import_ends_a_stay_in_every_version(desk: Desk) -> None:
    desk.run(registers())
    first_day, may, last = date(1900, 1, 1), date(2025, 5, 1), date(2025, 3, 31)
    does(services.name_person, lead_id(), "何老师", may)
    rows = [membership(LEAD, "牵头校", 责任人="何老师", 退出日期="2025-03-31"), *memberships()[1:]]
    result = desk.run(registers(membership_rows=rows), history=False)
    assert known() == [(first_day, last, "王芳"), (may, last, "何老师")]
    again = desk.run(registers(membership_rows=rows), history=False)
    assert [sum(sheet.changed for sheet in run.sheets) for run in (result, again)] == [1, 0]
    desk.undo(again.batch_id)
    desk.undo(result.batch_id)
    assert known() == [(first_day, None, "王芳"), (may, None, "何老师")]


def test_an_import_on_which_a_form_has_built_stays(desk: Desk) -> None:
    batch_id = desk.run(registers()).batch_id
    does(services.name_person, lead_id(), "何老师", date(2025, 5, 1))
    with pytest.raises(RuleViolationError, match="不能撤销"):
        desk.undo(batch_id)


def test_an_import_tells_whoever_has_a_form_open(desk: Desk) -> None:
    desk.run(registers())
    seen = session().scalars(select(Community.revision).filter_by(code=CODE)).one()
    session().rollback()
    desk.run(registers(community_rows=[community(规划文件档号="揭规档2号")]), history=False)
    with pytest.raises(RuleViolationError), transaction():
        services.end_community(CODE, date(2026, 8, 31), revision=seen, actor=OPERATOR)


def test_a_ledger_finds_a_community_that_was_typed(desk: Desk) -> None:
    desk.run(registers())
    does(services.end_community, date(2026, 8, 31))
    result = desk.run(registers(), history=False)
    changed = {sheet.kind: sheet.changed for sheet in result.sheets}
    assert changed["communities"] == 1, "the ledger says that it goes on: a correction"
