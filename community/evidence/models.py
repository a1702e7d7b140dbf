"""Files that were handed in. Who may read one is decided by the record that it is linked to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.evidence.rules import CAPTION_LENGTH, NAME_LENGTH, FileKind
from community.kernel.database import Base


class Attachment(Base):
    """A file as it is kept. Until a record is linked to it, it is its sender's alone; from then on
    nothing of it changes, and the record's journal seals its checksum."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_received_by_id_linked_at", "received_by_id", "linked_at"),
        Index("ix_attachment_linked_at_received_at", "linked_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # None: of somebody whose scope is larger than a county.
    county_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    # Of what is kept, and of what was sent: pictures are encoded anew.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sent_sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kind: Mapped[FileKind]
    size_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    caption: Mapped[str | None] = mapped_column(String(CAPTION_LENGTH))
    storage_key: Mapped[str] = mapped_column(String(100), index=True)
    thumbnail_key: Mapped[str | None] = mapped_column(String(100), index=True)
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(100))
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    linked_at: Mapped[datetime | None]

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown on a page."""
        return self.kind is FileKind.PICTURE
