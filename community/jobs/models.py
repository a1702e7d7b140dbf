"""A job is a row: the queue carries only its number."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.jobs.rules import OPEN_STATES, JobState, Link, unpack
from community.kernel.database import Base
from community.kernel.i18n import Message


class Job(Base):
    """Long work that somebody asked for: what, for whom, how far, and what came of it.

    Sentences are kept as msgid and parameters.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_account_id_id", "account_id", "id"),
        Index("ix_job_state", "state"),
        CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)", name="finished_at"
        ),
        CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name="error"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[dict[str, Any]] = mapped_column(JSON)
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    # None: the operator at the terminal.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    requested_by: Mapped[str] = mapped_column(String(100))
    # Role and place of the account when it asked: with others it no longer sees the job.
    scope: Mapped[str] = mapped_column(String(100))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    locale: Mapped[str] = mapped_column(String(8))
    # Of the form that asked for it: the same form sent twice is one job.
    form_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    # The process that took it up; when that is gone, the job has failed.
    worker: Mapped[str | None] = mapped_column(String(32))
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    step: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    cancel_requested_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # message, and the page that shows what came of it: endpoint, values.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    result_key: Mapped[str | None] = mapped_column(String(200))
    result_name: Mapped[str | None] = mapped_column(String(200))
    result_type: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN_STATES

    @property
    def title_message(self) -> Message:
        """What the job is called."""
        return unpack(self.title)

    @property
    def step_message(self) -> Message | None:
        """What is being done."""
        return None if self.step is None else unpack(self.step)

    @property
    def error_message(self) -> Message | None:
        """Why it failed, and what to do."""
        return None if self.error is None else unpack(self.error)

    @property
    def result_message(self) -> Message | None:
        """What came of it."""
        return None if self.result is None else unpack(self.result["message"])

    @property
    def result_page(self) -> Link | None:
        """The page that shows what came of it."""
        page = None if self.result is None else self.result["page"]
        return None if page is None else Link(page["endpoint"], page["values"])
