"""The field with which a form takes files, and knows those that it has taken before."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, after_this_request
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from wtforms import Field

from community.access import Actor
from community.evidence import services
from community.evidence.models import Attachment
from community.evidence.rules import ACCEPTED, CAPTION_LENGTH, MOST_FILES, Chosen, SentFile
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError, StorageError
from community.kernel.i18n import N_, Message
from community.web.forms import said


class EvidenceField(Field):
    """Files of a record that is being entered, shown by `components/upload.html`.

    `data` are the files that were taken in before, as `Chosen`. Beside the field's own name, which
    carries their ids, a form sends `NAME-caption-ID`, and without JavaScript `NAME-files`: a view
    calls `take_in` before it validates, and is declared `own_transactions` and
    `accepts_up_to(FORM_WITH_FILES_BYTES)`.
    """

    data: tuple[Chosen, ...]
    errors: Sequence[str]
    accepted = ACCEPTED

    def __init__(self, label: str = "", validators: Any = None, **options: Any) -> None:
        super().__init__(label or said(N_("Evidence")), validators, **options)
        self._sent: list[FileStorage] = []
        self._uploads: list[Attachment] | None = None
        self.is_adding_only = False

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        """Read what was sent under the names that belong to the field."""
        super().process(formdata, *args, **options)
        given: Iterable[Any] = self.data or ()
        # What a draft kept as JSON comes back as pairs.
        self.data = tuple(one if isinstance(one, Chosen) else Chosen(*one) for one in given)
        if formdata is None:
            return
        numbers = [text for text in formdata.getlist(self.name) if _is_number(text)]
        self.data = tuple(
            Chosen(
                int(number),
                str(formdata.get(f"{self.name}-caption-{number}", ""))[:CAPTION_LENGTH].strip(),
            )
            for number in dict.fromkeys(numbers)
        )[:MOST_FILES]
        sent = formdata.getlist(f"{self.name}-files")
        self._sent = [file for file in sent if isinstance(file, FileStorage) and file.filename]
        # The button beside the file control: the reader is not done with the form.
        self.is_adding_only = f"{self.name}-add" in formdata

    def process_formdata(self, _valuelist: list[Any]) -> None:
        """Done by `process`, which knows the names that belong together."""

    @property
    def uploads(self) -> list[tuple[Attachment, str]]:
        """The files taken in so far, with what stands below each; those that are gone are not."""
        reader: Actor = current_user
        if self._uploads is None:
            ids = [one.attachment_id for one in self.data]
            self._uploads = services.own_uploads(ids, actor=reader)
        captions = {one.attachment_id: one.caption for one in self.data}
        return [(row, captions.get(row.id, "")) for row in self._uploads]

    def take_in(self, *, actor: Actor) -> None:
        """Take in what came with the form itself, each file in a transaction of its own: whatever
        the form is answered with, the files stay. One that is not taken becomes an error; if that
        is the storage's fault, the page that says so is a 503."""
        faults = []
        for file in self._sent[:MOST_FILES]:
            with file.stream as stream:
                sent = SentFile(file.filename or "", stream.read())
            try:
                prepared = services.prepare_file(sent)
                with transaction():
                    kept = services.keep_file(prepared, county_id=actor.county_id, actor=actor)
                    self.data = (*self.data, Chosen(kept.id))
            except (RuleViolationError, StorageError) as error:
                if isinstance(error, StorageError):
                    after_this_request(_as_unavailable)
                params = {"name": sent.name[:CAPTION_LENGTH], "why": str(error)}
                faults.append(Message(N_("%(name)s: %(why)s"), params))
        self._sent, self._uploads = [], None
        self.process_errors = [*self.process_errors, *map(str, faults)]
        self.errors = self.process_errors


def _as_unavailable(answer: Response) -> Response:
    if answer.status_code in (200, 422):
        answer.status_code = 503
    return answer


def _is_number(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10
