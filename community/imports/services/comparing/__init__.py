"""Compare the rows of an import with each other and with what is on file. Writes nothing."""

from community.activities.sheets import Surroundings
from community.imports.services.comparing.communities import Communities, Memberships
from community.imports.services.comparing.comparison import Changes, Comparison
from community.imports.services.comparing.ledgers import Ledgers
from community.imports.services.comparing.registers import Registers
from community.imports.services.comparing.schools import Schools
from community.registry.rules import SchoolDirectory

__all__ = ["Changes", "Comparison", "compare"]


def compare(comparison: Comparison) -> SchoolDirectory:
    """Compare everything, in the order in which rows may name one another; answer with the
    schools that the rows could name."""
    schools = Schools(comparison)
    directory = schools.compare()
    found = Communities(comparison).compare()
    members = Memberships(comparison, found, directory)
    roll = members.compare(schools.closed_on)
    Registers(comparison, found, members.community_ids).compare()
    Ledgers(comparison, Surroundings(found, directory, roll)).compare()
    return directory
