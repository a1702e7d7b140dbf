"""Whether the lessons of a day and the number of lesson periods or half-days say the same."""

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.walking_teaching.rules.arrangements import Lessons


def check_amount(lessons: Lessons, periods: int | None, half_days: int | None) -> None:
    """Raise RuleViolationError when the amounts of a session contradict the lessons of its day."""
    if periods is not None and lessons.periods is None:
        raise _refusal(
            "slots",
            N_("“%(text)s” is a half-day of a kindergarten. Write the lessons, like 第2-3节."),
            lessons,
        )
    if half_days is not None and lessons.half_days is None:
        raise _refusal(
            "slots",
            N_("A kindergarten has no lessons. Write 上午, 下午 or 全天 instead of “%(text)s”."),
            lessons,
        )
    if periods is not None and periods != lessons.periods:
        raise _refusal(
            "periods",
            N_("“%(text)s” comes to %(count)s lesson periods. Correct the one or the other."),
            lessons,
            count=lessons.periods,
        )
    if half_days is not None and half_days != lessons.half_days:
        raise _refusal(
            "half_days",
            N_("“%(text)s” comes to %(count)s half-days. Correct the one or the other."),
            lessons,
            count=lessons.half_days,
        )


def _refusal(field: str, msgid: str, lessons: Lessons, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, {"text": lessons.text, **params}), field=field)
