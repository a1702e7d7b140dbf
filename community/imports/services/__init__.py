"""The use cases of imports: bring workbooks in, list what came, take one back."""

from community.imports.services.running import import_source, list_batches
from community.imports.services.undoing import undo_batch

__all__ = ["import_source", "list_batches", "undo_batch"]
