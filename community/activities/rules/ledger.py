"""One row of a ledger: how it is recognised, and what it changes about a record on file."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from community.activities.rules.words import ActivityKind, Mode, Sheet, Subject
from community.activities.rules.workflow import ActivityState, build_state
from community.kernel.facts import (
    FactOnFile,
    FactPlan,
    Knowledge,
    Step,
    plan_end,
    plan_fact,
    plan_presence,
)


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """What the rows of all three ledgers have in common.

    `receiver_ids` and `confirmer_names` go together, in the order of the row. Of the fields named
    in `unsaid` the ledger says nothing, because it lacks their column.
    """

    sheet: Sheet
    # None: walking-teaching inside a school district, outside any community.
    community_id: int | None
    county_id: int
    held_on: date
    kind: ActivityKind
    mode: Mode | None
    subject: Subject | None
    periods: int | None
    provider_id: int
    receiver_ids: tuple[int, ...]
    confirmer_names: tuple[str | None, ...]
    confirmed_on: date | None
    evidence: tuple[str, ...]
    note: str | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)
    # Of kindergartens, instead of lesson periods.
    half_days: int | None = None

    @property
    def cells(self) -> tuple[object, ...]:
        """The cells by which the row is recognised when it comes again (READING.md §8)."""
        return (
            self.sheet,
            self.community_id,
            self.held_on,
            self.kind,
            self.mode,
            self.subject,
            self.periods,
            self.provider_id,
            *self.receiver_ids,
            # Rows without half-days keep the digest that they had before there were any.
            *(() if self.half_days is None else ("half_days", self.half_days)),
        )

    @property
    def party_ids(self) -> tuple[int, ...]:
        """Provider and receivers."""
        return (self.provider_id, *self.receiver_ids)


def build_identity(cells: Iterable[object]) -> str:
    """The digest under which a row is recognised; spellings are to be folded before."""
    said = "\x1f".join(
        "" if cell is None else str(cell.value if isinstance(cell, Enum) else cell)
        for cell in cells
    )
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ReceiverOnFile:
    """A receiving school of an activity on file, with the confirmation known today."""

    id: int
    confirmation: FactOnFile | None
    ended_at: datetime | None = None  # when an earlier confirmation was taken back


@dataclass(frozen=True, slots=True)
class ActivityOnFile:
    """An activity on file with all of it that may change."""

    id: int
    identity: str
    state: ActivityState
    note: str | None
    receivers: tuple[ReceiverOnFile, ...]
    evidence: Mapping[str, FactOnFile]
    former_evidence: Mapping[str, datetime]  # when a piece of evidence was taken back
    files: frozenset[str] = frozenset()  # those pieces that were handed in on the web


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a row changes about an activity on file."""

    activity_id: int
    county_id: int
    columns: Mapping[str, object]  # of the activity itself: state and note
    confirmations: tuple[tuple[int, FactPlan], ...]  # by receiver
    evidence: tuple[tuple[str, FactPlan], ...]  # by reference


def build_confirmation(
    draft: ActivityDraft, position: int, knowledge: Knowledge, ended_at: datetime | None = None
) -> FactPlan | None:
    """The confirmation that a row gives for one receiver; None: it has not confirmed.

    It is known from the day of confirming; a name without a day, which confirms nothing, with
    the row.
    """
    name = draft.confirmer_names[position]
    if name is None:
        return None
    return plan_presence(
        {"confirmer_name": name, "confirmed_on": draft.confirmed_on},
        None,
        knowledge,
        since=draft.confirmed_on or draft.held_on,
        gone_at=ended_at,
    )


def is_confirmed_by_all(draft: ActivityDraft) -> bool:
    """Whether the row names a confirmer for every receiver, and a day."""
    return draft.confirmed_on is not None and all(draft.confirmer_names)


def build_amendment(
    draft: ActivityDraft, on_file: ActivityOnFile, knowledge: Knowledge
) -> Amendment | None:
    """Compare a row with the activity on file; None: nothing has changed."""
    confirmations = _confirmation_plans(draft, on_file, knowledge)
    columns: dict[str, object] = {}
    if "note" not in draft.unsaid and draft.note != on_file.note:
        columns["note"] = draft.note
    evidence = _evidence_plans(draft, on_file, knowledge)
    if not (confirmations or columns or evidence):
        return None
    state = _state_after(on_file, confirmations)
    if state is not on_file.state:
        columns["state"] = state
    return Amendment(on_file.id, draft.county_id, columns, confirmations, evidence)


def _dates(on_file: ActivityOnFile) -> list[date]:
    """The days on which receivers on file confirmed."""
    return [
        day
        for receiver in on_file.receivers
        if receiver.confirmation
        and isinstance(day := receiver.confirmation.values["confirmed_on"], date)
    ]


def _confirmation_plans(
    draft: ActivityDraft, on_file: ActivityOnFile, knowledge: Knowledge
) -> tuple[tuple[int, FactPlan], ...]:
    if "confirmers" in draft.unsaid:
        return ()
    last = max(_dates(on_file), default=None)
    confirmed_on = last if "confirmed_on" in draft.unsaid else draft.confirmed_on
    is_joined = any(
        name and receiver.confirmation is None
        for name, receiver in zip(draft.confirmer_names, on_file.receivers, strict=True)
    )
    plans: list[tuple[int, FactPlan]] = []
    for position, receiver in enumerate(on_file.receivers):
        name, before = draft.confirmer_names[position], receiver.confirmation
        if before is None:
            plan = build_confirmation(draft, position, knowledge, receiver.ended_at)
        elif name is None:
            plan = plan_end(before, knowledge)
        else:
            own = before.values["confirmed_on"]
            day = _day_of_one(own if isinstance(own, date) else None, confirmed_on, last, is_joined)
            plan = plan_fact(
                {"confirmer_name": name, "confirmed_on": day},
                before,
                knowledge,
                since=day or draft.held_on,
                arrivals={"confirmed_on": day},
            )
        if plan is not None:
            plans.append((receiver.id, plan))
    return tuple(plans)


def _day_of_one(
    own: date | None, cell: date | None, last: date | None, is_joined: bool
) -> date | None:
    """The day of a receiver that had confirmed on `own`, when the cell now says another one.

    The cell is the day of the last receiver (READING.md §3): when others have joined in, a later
    day is theirs. Otherwise it corrects whoever was the last.
    """
    if own is None or cell is None:
        return cell
    if last is None or cell == last:
        return own
    if cell < last:
        return min(own, cell)
    return cell if own == last and not is_joined else own


def _evidence_plans(
    draft: ActivityDraft, on_file: ActivityOnFile, knowledge: Knowledge
) -> tuple[tuple[str, FactPlan], ...]:
    if "evidence" in draft.unsaid:
        return ()
    # A blank that is filled in adds, and is known with the row; anything else corrects.
    since = knowledge.now if on_file.evidence else knowledge.since(draft.held_on)
    plans: list[tuple[str, FactPlan]] = []
    for reference in draft.evidence:
        if reference not in on_file.evidence:
            start = max(since, on_file.former_evidence.get(reference, since))
            plans.append((reference, FactPlan(steps=(Step(start, {}),))))
    for reference, before in on_file.evidence.items():
        # Of a file a ledger says nothing, and so takes none away.
        is_left_out = reference not in draft.evidence and reference not in on_file.files
        plan = plan_presence(None, before, knowledge, since=None)
        if plan is not None and is_left_out:
            plans.append((reference, plan))
    return tuple(plans)


def _state_after(on_file: ActivityOnFile, plans: tuple[tuple[int, FactPlan], ...]) -> ActivityState:
    """Where the record stands once its confirmations are changed; a check stays a check."""
    if on_file.state not in (ActivityState.SUBMITTED, ActivityState.CONFIRMED):
        return on_file.state
    after = {
        receiver.id: receiver.confirmation.values if receiver.confirmation else None
        for receiver in on_file.receivers
    }
    for receiver_id, plan in plans:
        after[receiver_id] = plan.steps[-1].values if plan.steps else None
    is_confirmed = all(values and values["confirmed_on"] for values in after.values())
    return build_state((), is_confirmed=is_confirmed)
