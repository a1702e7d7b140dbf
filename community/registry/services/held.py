"""Writing the versions of what holds from a day."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from community.kernel.database import Recorded
from community.kernel.facts import FactPlan, Step
from community.kernel.versions import Closing, Stamp, build_versions, close_all
from community.registry.rules.held import HeldFact, HeldStep

R = TypeVar("R", bound=Recorded)


def write_held(
    session: Session,
    model: type[R],
    steps: Sequence[HeldStep],
    on_file: Iterable[HeldFact],
    stamp: Stamp,
    **keys: object,
) -> None:
    """Write the versions by day that `plan_edit` asks for; each is known from its recording."""
    closing = Closing()
    began = {version.version_id: version.known_from for version in on_file}
    starts = []
    for step in steps:
        start = stamp.recorded_at
        if step.closes is not None:
            start = max(start, began[step.closes])
            closing.add(model, FactPlan(step.closes, start))
        starts.append(start)
    close_all(session, closing, stamp)
    for step, start in zip(steps, starts, strict=True):
        facts = {**keys, "held_from": step.held_from}
        session.add_all(build_versions(model, [Step(start, step.values)], stamp, **facts))
