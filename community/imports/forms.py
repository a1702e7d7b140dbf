"""Handing files in, and choosing schools."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import BooleanField, HiddenField, IntegerField

from community.imports.rules import RowOutcome
from community.imports.services import StagedFile
from community.kernel.i18n import N_
from community.web.forms import Form, said

ACCEPTED: Final = ".xlsx,.xls,.csv"
_CHOICE: Final = "school:"


@dataclass(frozen=True)
class ImportDraft:
    """Files as somebody hands them in."""

    files: list[StagedFile]
    is_history: bool
    form_key: str


class ImportForm(Form):
    """The files of one import."""

    files = MultipleFileField(
        said(N_("Files")),
        [FileRequired(said(N_("Choose at least one file.")))],
        description=said(
            N_(
                "Excel or WPS workbooks (.xlsx, .xls) or .csv: registers of schools and "
                "communities, ledgers of activities. All files together are one import."
            )
        ),
    )
    is_history = BooleanField(
        said(N_("Historical initialisation")),
        description=said(
            N_(
                "Only for ledgers of past years that are entered for the first time: the facts "
                "then count as known from the dates written in the ledger. Without it they are "
                "known from today, so that earlier counts stay as they were. Facts from the "
                "county's start day on are refused."
            )
        ),
    )
    form_key = HiddenField()

    def renew_key(self) -> None:
        """A key of its own for each form: sent twice, it hands files in once."""
        self.form_key.data = str(uuid4())

    def draft(self) -> ImportDraft:
        """The files with their contents; a field left empty sends a file without a name."""
        files = [
            StagedFile(sent.filename, sent.read())
            for sent in self.files.data or ()
            if sent.filename
        ]
        return ImportDraft(files, bool(self.is_history.data), (self.form_key.data or "")[:36])


class ConfirmForm(Form):
    """The confirmation of what one reading has shown."""

    reading = IntegerField()


def chosen_schools(fields: Mapping[str, str]) -> dict[str, int]:
    """The schools that were chosen for names; where none was, the name stays open."""
    return {
        name.removeprefix(_CHOICE): int(value)
        for name, value in fields.items()
        if name.startswith(_CHOICE) and value.isascii() and value.isdigit()
    }


def preview_place(given: Mapping[str, str]) -> tuple[int, RowOutcome | None, int]:
    """Sheet, outcome and place of a page of the preview; whatever cannot be read is the first."""
    numbers = [
        int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        for text in (given.get("sheet", ""), given.get("at", ""))
    ]
    show = given.get("show", "")
    return numbers[0], RowOutcome(show) if show in tuple(RowOutcome) else None, numbers[1]
