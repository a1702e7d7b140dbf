"""Sentences kept for later, and when a job is lost."""

from decimal import Decimal

import pytest

from community.jobs.rules import JobState, Unwatched, is_lost, pack, unpack
from community.kernel.i18n import Listing, Message, use_locale


def test_a_sentence_is_kept_and_said_in_the_language_of_its_reader() -> None:
    message = Message(
        "The header in row %(row)s lacks these columns: %(columns)s.",
        {"row": 3, "columns": Listing(("类别", Message("Sheet"))), "more": Decimal("1.50")},
    )
    kept = pack(message)
    assert kept["params"]["row"] == 3
    again = unpack(kept)
    for locale in ("zh", "en"):
        with use_locale(locale):
            assert str(again) == str(message)
            assert "类别" in str(again)


@pytest.mark.parametrize(
    ("state", "worker", "expected"),
    [
        (JobState.RUNNING, "gone", True),
        (JobState.RUNNING, None, True),
        (JobState.RUNNING, "alive", False),
        (JobState.QUEUED, None, False),  # waits, however long
        (JobState.DONE, "gone", False),
    ],
)
def test_a_job_is_lost_when_its_worker_is_gone(
    state: JobState, worker: str | None, expected: bool
) -> None:
    assert is_lost(state, worker, {"alive"}) is expected


def test_work_that_nobody_watches_may_say_its_progress() -> None:
    Unwatched().step(1, 2, Message("Sheet"))
