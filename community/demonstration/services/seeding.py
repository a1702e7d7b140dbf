"""Fill an empty database with the demonstration, and mark it as one for ever."""

from pathlib import Path
from typing import Final

from community.access import Actor, Role
from community.accounts import services as accounts
from community.accounts.rules.reach import AccountDraft
from community.demonstration import queries
from community.imports import services as imports
from community.imports.sheets import SourceFile, read_files
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from community.registry.models import Installation

DATA: Final = Path(__file__).parent.parent / "data"

_JIEDONG_LEAD, _JIEDONG_PIVOT, _JIEDONG_MEMBER = "3144990001", "2144990003", "1144990005"
ACCOUNTS: Final = (
    AccountDraft("admin", "系统管理员", Role.SYSTEM_ADMINISTRATOR),
    AccountDraft("city.official", "市教育局经办人", Role.CITY_OFFICIAL, "445200"),
    AccountDraft("jiedong.official", "揭东区教育局经办人", Role.DISTRICT_OFFICIAL, "445203"),
    AccountDraft("puning.official", "普宁市教育局经办人", Role.DISTRICT_OFFICIAL, "445281"),
    AccountDraft("lead.admin", "牵头校管理员", Role.LEAD_SCHOOL_ADMINISTRATOR, _JIEDONG_LEAD),
    AccountDraft("pivot.clerk", "支点校文员", Role.SCHOOL_CLERK, _JIEDONG_PIVOT),
    AccountDraft("member.clerk", "成员校文员", Role.SCHOOL_CLERK, _JIEDONG_MEMBER),
    AccountDraft("viewer", "市级查看人", Role.VIEWER, "445200"),
)


def seed_demonstration(*, password: str, actor: Actor) -> bool:
    """Import the demonstration's workbooks as history and create its accounts.

    False when the database is a demonstration already. Raises RuleViolationError when it holds
    anything of its own: a demonstration never mixes with real data.
    """
    current = session()
    installation = current.get(Installation, 1)
    if installation is not None and installation.is_demonstration:
        return False
    if installation is not None or not queries.is_empty(current):
        raise RuleViolationError(
            N_("This database holds data; the demonstration needs an empty one.")
        )
    with writing(actor=actor, action="installation.marked"):
        current.add(Installation(id=1, is_demonstration=True, marked_at=clock.now()))
    files = [SourceFile(f.name, f.read_bytes()) for f in sorted(DATA.iterdir()) if _is_table(f)]
    result = imports.import_source(read_files(files), is_history=True, actor=actor)
    if not result.is_ok:
        raise RuleViolationError(result.errors[0].message)
    for draft in ACCOUNTS:
        accounts.create_account(draft, actor=actor, password=password, is_demonstration=True)
    return True


def _is_table(file: Path) -> bool:
    return file.suffix in {".xlsx", ".csv"}
