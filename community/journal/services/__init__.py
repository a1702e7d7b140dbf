"""Writing facts, noting accesses, checking the chains."""

from community.journal.services.access_log import purge_access_log, record_access
from community.journal.services.answering import writing
from community.journal.services.chains import Verification, verification, verify
from community.journal.services.describing import SHOWN_LIMIT, described_changes
from community.journal.services.reading import Reach, accesses, entries, heads, marks_of, reach_of
from community.journal.services.recording import install

__all__ = [
    "SHOWN_LIMIT",
    "Reach",
    "Verification",
    "accesses",
    "described_changes",
    "entries",
    "heads",
    "install",
    "marks_of",
    "purge_access_log",
    "reach_of",
    "record_access",
    "verification",
    "verify",
    "writing",
]
