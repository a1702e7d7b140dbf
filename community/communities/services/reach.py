"""Which community an actor may read or change, and what every change of one does."""

from collections.abc import Iterable, Mapping
from typing import Any

from community.access import Actor, Permission, Place, require
from community.communities.models import Community
from community.communities.queries import details, places
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, StaleWriteError
from community.kernel.facts import FactOnFile
from community.kernel.versions import Stamp, rows_by_id, touch


def readable_community(code: str, *, actor: Actor) -> Community:
    """A community that is on file and that the actor may read. Raises NotFoundError."""
    return _known(places.community(session(), code), Permission.COMMUNITY_VIEW, actor)


def editable_community(code: str, *, actor: Actor) -> Community:
    """A community that the actor may change, locked until the transaction ends.

    Raises NotFoundError for one that the actor cannot see, AccessDeniedError for one that it may
    only read.
    """
    found = places.community(session(), code, is_locked=True)
    return _known(found, Permission.COMMUNITY_EDIT, actor)


def _known(found: Community | None, permission: Permission, actor: Actor) -> Community:
    if found is None:
        raise NotFoundError
    place = places.place_of_community(session(), found)
    require(actor, permission, place, visible_by=Permission.COMMUNITY_VIEW)
    if not details.community_versions(session(), found.id):
        raise NotFoundError
    return found


def require_edit_in(county_id: int, *, actor: Actor) -> None:
    """Let pass who may change communities of a county. Raises NotFoundError for another's."""
    county = places.county(session(), county_id)
    place = Place(city_id=county.parent_id, county_id=county.id)
    require(actor, Permission.COMMUNITY_EDIT, place)


def check_revision(found: Community, revision: int | None, on_file: Mapping[str, object]) -> None:
    """Raise StaleWriteError when the community has changed since this revision was read."""
    if revision != found.revision:
        raise StaleWriteError(on_file=on_file, revision=found.revision)


def new_stamp(actor: Actor) -> Stamp:
    """This instant, by this actor."""
    return Stamp(clock.now(), actor.actor_name)


def end_versions(
    model: type[Any], versions: Iterable[FactOnFile], stamp: Stamp, reason: str | None = None
) -> None:
    """End versions without a successor: what they say is known no longer."""
    for row in rows_by_id(session(), model, [version.version_id for version in versions]):
        row.known_until = max(stamp.recorded_at, row.known_from)
        row.ended_reason = reason
    session().flush()


def changed(found: Community) -> None:
    """Move the community's revision on: a form that was opened before is out of date."""
    touch(found)
