"""What a use case can answer besides doing it. The web turns each into a page, the terminal
into a line and an exit status."""

from community.kernel.i18n import N_, Message


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
    """Somebody else has changed the record since it was read."""


class AccessDeniedError(DomainError):
    """The actor may see the thing but not do this (403)."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or N_("Your account does not have this permission."))


class NotFoundError(DomainError):
    """There is no such thing, or it belongs to another county (404)."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or N_("There is no such record."))
