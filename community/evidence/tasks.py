"""What is done about files at night."""

from community.evidence import services
from community.jobs.tasks import nightly
from community.kernel import clock


@nightly(hour=3, minute=55)
def purge_uploads() -> None:
    """Remove files that belong to no record."""
    services.purge_uploads(now=clock.now())
