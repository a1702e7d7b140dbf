"""What a row of the shared-teaching ledger says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from community.activities.rules import ActivityDraft, ActivityKind, Mode, build_identity
from community.kernel.workbook import fold

# How people meet by the nature of the kind: the classes over the network (教科技〔2020〕3号, the
# "three classrooms"), and the one for which a teacher travels. Others are held in any way.
USUAL_MODES: Final[Mapping[ActivityKind, Mode]] = {
    ActivityKind.SYNCHRONOUS_CLASS: Mode.ONLINE,
    ActivityKind.DEDICATED_REMOTE_CLASS: Mode.ONLINE,
    ActivityKind.MASTER_TEACHER_CLASS: Mode.ONLINE,
    ActivityKind.OUTREACH_LESSON: Mode.ONSITE,
}


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
