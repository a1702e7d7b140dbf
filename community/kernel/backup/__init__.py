"""One archive with everything: the database as of one moment, and the files.

The archive is a gzipped tar: `database.sqlite3` or `database.pgdump`, then `files/…`, and last
`manifest.json` with the size and SHA-256 of every other member, the revision of the schema and
the number of rows of each table. The database comes first: files are only added, so that
every file the copy of the database names is there when the files are read. (What waits for a
confirmation, and results of jobs, are removed after a month; that they are gone breaks nothing.)
"""

from community.kernel.backup.archive import FILES, Manifest, Member, verified
from community.kernel.backup.databases import row_counts
from community.kernel.backup.restoring import restore
from community.kernel.backup.writing import write

__all__ = ["FILES", "Manifest", "Member", "restore", "row_counts", "verified", "write"]
