"""Which columns of a row differ from what is on file, for its preview."""

from community.activities.rules import Amendment
from community.communities.rules import RegisterChange, RegisterOnFile
from community.kernel.facts import FactOnFile, FactPlan
from community.registry.rules import SchoolChange, SchoolOnFile
from community.resource_transfers.rules import Receipt

Keys = frozenset[str]


def touched_school(change: SchoolChange, on_file: SchoolOnFile | None) -> Keys:
    """The columns of the roster that differ."""
    if on_file is None:
        return frozenset()
    keys = _differing(change.attributes, on_file.attributes)
    keys |= _differing(change.numbers, on_file.numbers) | change.columns.keys()
    return frozenset(keys | {"designations"} if change.designations else keys)


def touched_register(change: RegisterChange, on_file: RegisterOnFile | None) -> Keys:
    """The columns of a register that differ."""
    if on_file is None:
        return frozenset()
    keys = _differing(change.fact, on_file.fact) | change.columns.keys()
    return frozenset(keys | {"signed_on"} if change.signature else keys)


def touched_ledger(
    amendment: Amendment | None, before: Receipt | None, after: Receipt | None
) -> Keys:
    """The columns of a ledger that differ."""
    keys: set[str] = set()
    if amendment is not None:
        keys |= amendment.columns.keys() & {"note"}
        keys |= {"confirmers", "confirmed_on"} if amendment.confirmations else set()
        keys |= {"evidence"} if amendment.evidence else set()
    if before is not None and after is not None:
        keys |= {"returned_on"} if before.returned_on != after.returned_on else set()
        is_same = before.received_quantity == after.received_quantity
        keys |= set() if is_same else {"received_quantity"}
    return frozenset(keys)


def _differing(plan: FactPlan | None, on_file: FactOnFile | None) -> set[str]:
    """The fields in which the last version to be written differs from the one on file."""
    if plan is None or on_file is None or not plan.steps:
        return set()
    return {
        name for name, value in plan.steps[-1].values.items() if value != on_file.values.get(name)
    }
