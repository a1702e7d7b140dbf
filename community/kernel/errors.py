"""What a use case can answer besides doing it. The web turns each into a page, the terminal
into a line and an exit status."""

from collections.abc import Mapping
from typing import Final

from community.kernel.i18n import N_, Message

STALE: Final = N_(
    "Somebody else has changed this record since you opened it. Both versions are below; save "
    "again to keep yours."
)


class DomainError(Exception):
    """A request that cannot be met, with a sentence that says what to do."""

    def __init__(self, message: Message | str) -> None:
        self.message = message if isinstance(message, Message) else Message(message)
        super().__init__(self.message.msgid)

    def __str__(self) -> str:
        return str(self.message)


class RuleViolationError(DomainError):
    """The domain forbids it (409, or an error on the form). `field` names the field at fault."""

    def __init__(self, message: Message | str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class StaleWriteError(RuleViolationError):
    """Somebody else has changed the record since it was read.

    `on_file` is what is stored now, by the names of the form's fields, and `revision` its present
    one. What was typed is still in the form: `web.forms.Form.show_conflict` sets both side by side.
    """

    def __init__(
        self,
        message: Message | str | None = None,
        *,
        on_file: Mapping[str, object] | None = None,
        revision: int = 0,
    ) -> None:
        super().__init__(message or STALE)
        self.on_file = on_file or {}
        self.revision = revision


class AccessDeniedError(DomainError):
    """The actor may see the thing but not do this (403)."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or N_("Your account does not have this permission."))


class NotFoundError(DomainError):
    """There is no such thing, or it belongs to another county (404)."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or N_("There is no such record."))


class StorageError(DomainError):
    """Files cannot be kept or read at the moment: no fault of whoever asked (503)."""
