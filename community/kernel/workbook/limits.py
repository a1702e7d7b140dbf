"""The limits that a file must keep before any parser sees it, and what is said when it does not.

The parsers trust what they read: a few hundred kilobytes can make them allocate gigabytes.
"""

from dataclasses import dataclass, field
from typing import Final

from community.kernel.i18n import N_, Message

# A ledger of 200,000 rows × 16 columns is about 20 MB packed, 200 MB of XML and 3.2 million
# cells, however its writer lays it out; the limits leave half as much again.
MAX_FILE_BYTES: Final = 50 * 2**20
MAX_INFLATED_BYTES: Final = 300 * 2**20
MAX_PARTS: Final = 2_000  # a workbook has a dozen; each photograph pasted into it is one more
MAX_CELLS: Final = 6_000_000  # of the rectangle around the used cells: the parser allocates it
MAX_TEXT_BYTES: Final = 512 * 2**20  # all texts of one sheet, a shared text counted at each use
# Real sheets pack 8 to 30 times, even those that are formatted and empty; deflate reaches 1,032.
MAX_RATIO: Final = 100
RATIO_APPLIES_FROM: Final = 4 * 2**20


class WorkbookError(Exception):
    """A file that cannot be read as a whole, with a sentence that says what to do."""

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def too_large() -> WorkbookError:
    return WorkbookError(
        "too_large",
        Message(
            N_(
                "The file is too large to be read. Delete unused rows, columns and pictures, or "
                "split it into several files."
            )
        ),
    )


def unsafe_file() -> WorkbookError:
    return WorkbookError(
        "unsafe_file",
        Message(
            N_(
                "The file unpacks to far more than a ledger could hold, and was not opened. Copy "
                "the rows into a new workbook and send that."
            )
        ),
    )


def damaged_file() -> WorkbookError:
    return WorkbookError(
        "damaged_file",
        Message(
            N_(
                "The file is damaged or incomplete. Open it in WPS or Excel, save it again as "
                ".xlsx and send that."
            )
        ),
    )


def encrypted_file() -> WorkbookError:
    return WorkbookError(
        "encrypted_file",
        Message(
            N_(
                "The file is protected by a password. Remove the password in WPS or Excel, save "
                "it and send it again."
            )
        ),
    )


def unknown_file() -> WorkbookError:
    return WorkbookError(
        "unknown_file",
        Message(
            N_(
                "This is not a table that can be read. Save it in WPS or Excel as .xlsx (or .csv) "
                "and send that."
            )
        ),
    )


@dataclass
class Findings:
    """What the parser hides and the guard has seen on its way through."""

    epoch_1904: bool = False
    # sheet name → (row, column), both from 0 → the error shown there
    errors: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)
