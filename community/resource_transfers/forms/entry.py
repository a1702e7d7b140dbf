"""The form on which a transfer is entered."""

from collections.abc import Iterator, Mapping, Sequence

from community.activities.forms.entry import Answer, EntryForm, EntryKind, as_sent, declare_entry
from community.activities.rules import Sheet
from community.activities.rules.entries import EntryChoices, Typed
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, gettext
from community.resource_transfers import services
from community.resource_transfers.forms.lines import LinesField, text_of, typed_lines
from community.resource_transfers.queries.lines import line_facts
from community.resource_transfers.rules import (
    LineDraft,
    TransferDraft,
    build_ledger_row,
    check_one_receiver,
)
from community.web.forms import said


class TransferForm(EntryForm):
    """A transfer or a loan, line by line."""

    sheet = Sheet.RESOURCE_TRANSFERS
    silent = frozenset({"lines"})

    lines = LinesField(said(N_("What is handed over")))

    def offer(self, choices: EntryChoices) -> None:
        """Put the choices in, in the language now in force."""
        super().offer(choices)
        self.receivers.description = gettext(
            N_("One school: it signs for what it receives, and is asked to confirm it.")
        )

    def validate(self, *args: object, **options: object) -> bool:
        """Hold what was typed against the shape of the form."""
        is_fit = super().validate(*args, **options)
        try:
            check_one_receiver(self.receivers.data or ())
        except RuleViolationError as error:
            self.add_error(error, error.field)
            return False
        return is_fit

    @property
    def told_apart_by(self) -> str:
        """The goods."""
        return build_ledger_row(self.activity_draft(), self.line_drafts).content or ""

    @property
    def line_drafts(self) -> Sequence[LineDraft]:
        """The lines, once the form has been validated."""
        return self.lines.drafts

    def draft(self) -> TransferDraft:
        """The transfer as typed."""
        return TransferDraft(self.activity_draft(), tuple(self.line_drafts))

    def as_data(self, typed: Typed) -> dict[str, object]:
        """What was saved, as the fields' own data would be."""
        return {**super().as_data(typed), "lines": text_of(self.lines.read(as_sent(typed)))}

    def answers(self) -> Iterator[Answer]:
        """What was typed, as a reader knows it."""
        for answer in super().answers():
            yield answer
            if answer.anchor == self.receivers.id:
                yield Answer(str(self.lines.label.text), self.lines.said(), self.lines.id)


def typed_of(activity_id: int) -> Mapping[str, Sequence[str]]:
    """What a record on file says in its lines."""
    return typed_lines(
        [
            {
                "content": line.content,
                "quantity": f"{line.quantity.normalize():f}",
                "unit": line.unit,
                "amount": "" if line.amount_fen is None else f"{line.amount_fen / 100:.2f}",
                "is_loan": "yes" if line.is_loan else "",
                "due_on": line.due_on,
            }
            for line in line_facts(session(), [activity_id])
        ]
    )


declare_entry(
    EntryKind(
        form=TransferForm,
        template="resource_transfers/entry.html",
        title=N_("Log a resource transfer"),
        report=lambda form, source, actor: services.report_transfer(
            form.draft(), source, actor=actor
        ),
        typed=typed_of,
        called_by=("lines-0-content", "held_on"),
    )
)
