"""Making a report, keeping it as it was issued, finding it again."""

from community.reports.services.issuing import (
    WORK,
    file_of,
    issue,
    issued_report,
    issued_reports,
    keep_file,
    note_fetched,
    offer,
    order_report,
    purge_files,
)
from community.reports.services.making import (
    PrintedReport,
    Subject,
    community_report,
    print_report,
    region_report,
    subject_of,
)

__all__ = [
    "WORK",
    "PrintedReport",
    "Subject",
    "community_report",
    "file_of",
    "issue",
    "issued_report",
    "issued_reports",
    "keep_file",
    "note_fetched",
    "offer",
    "order_report",
    "print_report",
    "purge_files",
    "region_report",
    "subject_of",
]
