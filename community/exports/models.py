"""The table of kept filters."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.exports.rules import NAME_LENGTH
from community.kernel.database import Base


class SavedFilter(Base):
    """A filter of a list that somebody keeps under a name; a convenience of that account alone."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("account_id", "page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    page: Mapped[str] = mapped_column(String(60))  # the endpoint of the list
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    query: Mapped[str] = mapped_column(Text)  # as in the address
    saved_at: Mapped[datetime]
