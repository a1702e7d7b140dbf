"""The demonstration: `seeding` past years from workbooks, and the accounts · `life` this school
year, as its schools would have entered it up to today."""

from community.demonstration.services.life import live
from community.demonstration.services.seeding import ACCOUNTS, DATA, seed_demonstration

__all__ = ["ACCOUNTS", "DATA", "live", "seed_demonstration"]
