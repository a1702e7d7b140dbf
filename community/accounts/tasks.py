"""What the accounts do at night."""

from community.accounts import services
from community.jobs.tasks import nightly
from community.kernel import clock


@nightly(hour=3, minute=30)
def purge_expired_sign_ins() -> None:
    """Forget sessions that have ended and sign-in attempts that no longer matter."""
    services.purge_expired_sign_ins(now=clock.now())
