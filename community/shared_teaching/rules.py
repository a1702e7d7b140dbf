"""What a row of the shared-teaching ledger says."""

from dataclasses import dataclass

from community.activities.rules import ActivityDraft, build_identity
from community.kernel.workbook import fold


@dataclass(frozen=True, slots=True)
class SharedTeachingSessionDraft:
    """A shared lesson or a joint research session."""

    activity: ActivityDraft
    grade: str | None
    topic: str | None
    lecturer_name: str | None
    pupils_count: int | None
    teachers_count: int | None

    @property
    def identity(self) -> str:
        """The digest under which the row is recognised when it comes again."""
        return build_identity(
            (
                *self.activity.cells,
                fold(self.grade or ""),
                fold(self.topic or ""),
                fold(self.lecturer_name or ""),
                self.pupils_count,
                self.teachers_count,
            )
        )
