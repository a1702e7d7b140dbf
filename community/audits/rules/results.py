"""What a judgement answers: outcomes, values beside thresholds, and what would mend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from community.activities.rules import ActivityFacts
from community.audits.rules.facts import SchoolFacts
from community.kernel.i18n import N_, Message, declare_labels

# Every value and threshold is an integer or an object of integers (READING.md §4).
Value = int | Mapping[str, int]


class CriterionKind(StrEnum):
    """A hard criterion decides the verdict; a warning is shown and never changes it."""

    HARD = "hard"
    WARNING = "warning"


class Outcome(StrEnum):
    """What a criterion answers. Missing is a datum that is not on file: neither pass nor fail."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Verdict(StrEnum):
    """Whether a community counts."""

    COUNTED = "counted"
    IN_PROGRESS = "in_progress"
    PENDING_DATA = "pending_data"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True)
class Remedy:
    """Something that is lacking, and the school that can supply it (None: the county)."""

    message: Message
    school_id: int | None = None
    school_name: str | None = None

    @classmethod
    def by(cls, school: SchoolFacts | None, message: Message) -> "Remedy":
        """What a school can supply."""
        if school is None:
            return cls(message)
        return cls(message, school.school_id, school.name)


@dataclass(frozen=True)
class Finding:
    """What one criterion answered, before its kind and titles are added."""

    outcome: Outcome
    value: Value
    threshold: Value
    because: Message
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True)
class CriterionResult:
    """One criterion of one community: outcome, value against threshold, and why."""

    id: str
    clause: str
    kind: CriterionKind
    title: Mapping[str, str]  # by locale
    outcome: Outcome
    value: Value
    threshold: Value
    because: Message
    remedies: tuple[Remedy, ...] = ()
    # Which activities the criterion looks at; None when it looks at none.
    looks_at: Callable[[ActivityFacts], bool] | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The object that `flask count --json` prints for it."""
        return {
            "id": self.id,
            "kind": str(self.kind),
            "outcome": str(self.outcome),
            "value": _plain(self.value),
            "threshold": _plain(self.threshold),
            "because": str(self.because),
        }


def _plain(value: Value) -> int | dict[str, int]:
    return value if isinstance(value, int) else dict(value)


declare_labels(
    Outcome,
    {
        Outcome.PASS: N_("Met"),
        Outcome.FAIL: N_("Not met"),
        Outcome.MISSING: N_("Missing"),
        Outcome.NOT_APPLICABLE: N_("Not applicable"),
        Outcome.WAIVED: N_("Waived"),
    },
)


declare_labels(
    Verdict,
    {
        Verdict.COUNTED: N_("Conditions met"),
        Verdict.IN_PROGRESS: N_("In progress"),
        Verdict.PENDING_DATA: N_("Pending data"),
        Verdict.NOT_COUNTED: N_("Conditions not met"),
    },
)


declare_labels(
    CriterionKind,
    {
        CriterionKind.HARD: N_("decides"),
        CriterionKind.WARNING: N_("warning"),
    },
)
