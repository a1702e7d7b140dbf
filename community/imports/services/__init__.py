"""The use cases of imports: hand files in, look, confirm; list what came, take one back."""

from community.imports.services.batches import (
    BatchDetails,
    batch_details,
    batch_page,
    county_names,
    list_batches,
    request_undo,
)
from community.imports.services.previews import PreviewPage
from community.imports.services.running import import_source
from community.imports.services.staging import (
    StagedFile,
    choose_schools,
    confirm_import,
    count_of,
    discard_import,
    fault_count,
    job_of,
    keep_files,
    marked_file,
    open_imports,
    pending_import,
    preview_page,
    purge_pending,
    retry_import,
    stage_files,
)
from community.imports.services.undoing import undo_batch
from community.imports.services.working import (
    preview_import,
    staged_files,
    undo_import,
    write_import,
)

__all__ = [
    "BatchDetails",
    "PreviewPage",
    "StagedFile",
    "batch_details",
    "batch_page",
    "choose_schools",
    "confirm_import",
    "count_of",
    "county_names",
    "discard_import",
    "fault_count",
    "import_source",
    "job_of",
    "keep_files",
    "list_batches",
    "marked_file",
    "open_imports",
    "pending_import",
    "preview_import",
    "preview_page",
    "purge_pending",
    "request_undo",
    "retry_import",
    "stage_files",
    "staged_files",
    "undo_batch",
    "undo_import",
    "write_import",
]
