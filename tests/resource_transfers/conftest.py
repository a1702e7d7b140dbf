"""A transfer between schools of the own community, and those who speak for its sides."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from flask import Flask

from community.access import Operator, Role
from community.activities.rules import ActivityDraft, ActivityKind, Report, Sheet
from community.kernel.database import transaction
from community.resource_transfers.rules import LineDraft, TransferDraft
from community.resource_transfers.services import report_transfer
from tests.world import Corner, World

SENT_ON = date(2024, 10, 8)
BOOKS = LineDraft("语文课本", Decimal(20), "册", 60000)
LENT = LineDraft("显微镜", Decimal(5), "台", None, is_loan=True, due_on=date(2025, 6, 30))
_keys = count()


def speaker(corner: Corner, school_id: int, actor_id: int | None = None) -> Operator:
    """Somebody who speaks for a school of a community."""
    return Operator(
        "林主任",
        actor_id=actor_id,
        role=Role.SCHOOL_CLERK,
        county_id=corner.county_id,
        school_id=school_id,
        school_ids=frozenset({school_id}),
        community_ids=frozenset({corner.community_id}),
    )


@dataclass(frozen=True)
class Sides:
    """The lead school sends, the rural member receives, the pivot looks on."""

    app: Flask
    corner: Corner

    @property
    def owner(self) -> Operator:
        return speaker(self.corner, self.corner.lead_id)

    @property
    def borrower(self) -> Operator:
        return speaker(self.corner, self.corner.member_id)

    @property
    def onlooker(self) -> Operator:
        return speaker(self.corner, self.corner.pivot_id)

    def draft(self, held_on: date = SENT_ON, *receivers: int) -> ActivityDraft:
        """The shared part of a transfer."""
        return ActivityDraft(
            sheet=Sheet.RESOURCE_TRANSFERS,
            community_id=self.corner.community_id,
            county_id=0,
            held_on=held_on,
            kind=ActivityKind.TEACHING_EQUIPMENT,
            mode=None,
            subject=None,
            periods=None,
            provider_id=self.corner.lead_id,
            receiver_ids=receivers or (self.corner.member_id,),
            confirmer_names=(None,),
            confirmed_on=None,
            evidence=("档001",),
            note=None,
        )

    def send(self, *lines: LineDraft, held_on: date = SENT_ON) -> int:
        """Report a transfer; its id."""
        source = Report(self.corner.lead_id, f"form-{next(_keys)}", double_reason="另一批")
        with self.app.app_context(), transaction():
            draft = TransferDraft(self.draft(held_on), lines or (BOOKS, LENT))
            return report_transfer(draft, source, actor=self.owner).id


@pytest.fixture
def sides(app: Flask, world: World) -> Sides:
    """The sides of a transfer in the own community."""
    return Sides(app, world.own)
