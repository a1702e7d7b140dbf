"""What the criteria of rule set 2025-1 mean: domain.md §3, read as READING.md §4 says."""

from collections.abc import Mapping
from typing import Final

from community.activities.rules import LESSON_KINDS, RESEARCH_KINDS, Sheet
from community.audits.rules.rule_set import Meaning
from community.audits.rules.rule_set_2025_1 import (
    goals,
    operation,
    responsibilities,
    structure,
)

MEANINGS: Final[Mapping[str, Meaning]] = {
    "S1": Meaning(structure.check_lead),
    "S2": Meaning(structure.check_pivots),
    "S3": Meaning(structure.check_members),
    "S4": Meaning(structure.check_one_county),
    "S5": Meaning(structure.check_size),
    "S6": Meaning(structure.check_no_second_community),
    "G1": Meaning(goals.check_plan),
    "G2": Meaning(goals.check_objectives),
    "R1": Meaning(responsibilities.check_charter),
    "R2": Meaning(responsibilities.check_responsible_persons),
    "R3": Meaning(responsibilities.check_meetings),
    "O1": Meaning(operation.check_lessons, lambda a: a.kind in LESSON_KINDS),
    "O2": Meaning(operation.check_research, lambda a: a.kind in RESEARCH_KINDS),
    "O3": Meaning(operation.check_everybody_takes_part, lambda _: True),
    "O4": Meaning(operation.check_walking, lambda a: a.sheet is Sheet.WALKING_TEACHING),
    "O5": Meaning(operation.check_transfers, lambda a: a.sheet is Sheet.RESOURCE_TRANSFERS),
    "O6": Meaning(operation.check_months, lambda _: True),
    "O7": Meaning(operation.check_research_each_term, lambda a: a.kind in RESEARCH_KINDS),
    "X1": Meaning(operation.check_radiating, lambda _: True),
}
