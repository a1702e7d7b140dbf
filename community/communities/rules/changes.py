"""What a row of a register changes about what is on file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from community.communities.rules.drafts import CommunityDraft, MembershipDraft, Register
from community.kernel.facts import (
    FactOnFile,
    FactPlan,
    Knowledge,
    plan_fact,
    plan_presence,
)
from community.kernel.held import plan_all

# Of communities and stays: what does not hold from a day, but is the same in all versions.
LASTING: Final = frozenset({"founded_on", "dissolved_on", "role", "left_on"})


@dataclass(frozen=True, slots=True)
class RegisterOnFile:
    """A row on file, as known today; without a fact it was undone, and only what identifies it
    is left to be used again."""

    id: int
    identity: tuple[object, ...]
    fact: FactOnFile | None
    name: str | None = None  # of a community
    signature: FactOnFile | None = None
    signature_ended_at: datetime | None = None
    # Versions that hold until the fact does.
    earlier: tuple[FactOnFile, ...] = ()


@dataclass(frozen=True, slots=True)
class CommunityOnFile:
    """A community on file, whether it is known today or was undone."""

    register: RegisterOnFile
    code: str
    county_id: int


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What one row changes. `ref` is the id on file, or a negative one for what is new."""

    ref: int
    is_new: bool
    fact: FactPlan | None
    columns: Mapping[str, str] = field(default_factory=dict)  # of the community itself
    signature: FactPlan | None = None
    earlier: tuple[FactPlan, ...] = ()

    @property
    def plans(self) -> tuple[FactPlan, ...]:
        """What is to be written of its versions."""
        return (self.fact, *self.earlier) if self.fact else self.earlier

    @property
    def is_change(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self.plans or self.columns or self.signature)


def build_register_change(
    ref: int, draft: Register, on_file: RegisterOnFile | None, knowledge: Knowledge
) -> RegisterChange:
    """Compare a row of a register with what is on file."""
    return RegisterChange(
        ref=ref,
        is_new=on_file is None or on_file.fact is None,
        fact=plan_fact(
            draft.values,
            on_file.fact if on_file else None,
            knowledge,
            since=draft.since,
            arrivals=draft.arrivals,
            unsaid=draft.unsaid,
        ),
        columns=_changed_columns(draft, on_file),
        signature=_signature_plan(draft, on_file, knowledge),
        earlier=_earlier_plans(draft, on_file, knowledge),
    )


def _earlier_plans(
    draft: Register, on_file: RegisterOnFile | None, knowledge: Knowledge
) -> tuple[FactPlan, ...]:
    """What is the same in all versions that are in force is written into the earlier ones too."""
    if on_file is None or not on_file.earlier:
        return ()
    names = LASTING & draft.values.keys() - draft.unsaid
    same = {name: draft.values[name] for name in names}
    return tuple(plan_all(same, on_file.earlier, knowledge.now))


def _changed_columns(draft: Register, on_file: RegisterOnFile | None) -> dict[str, str]:
    if not isinstance(draft, CommunityDraft):
        return {}
    if on_file is None:
        return {"name": draft.name or draft.code}
    return {"name": draft.name} if draft.name and draft.name != on_file.name else {}


def _signature_plan(
    draft: Register, on_file: RegisterOnFile | None, knowledge: Knowledge
) -> FactPlan | None:
    if not isinstance(draft, MembershipDraft) or "signed_on" in draft.unsaid:
        return None
    return plan_presence(
        {"signed_on": draft.signed_on} if draft.signed_on else None,
        on_file.signature if on_file else None,
        knowledge,
        since=draft.signed_on,
        gone_at=on_file.signature_ended_at if on_file else None,
    )
