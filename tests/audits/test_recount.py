"""An independent recount: made-up histories, counted by the product and by plain SQL.

`RECOUNT_EXAMPLES=5000` asks of so many histories, others than the usual ones, which are the same
every time. Each history is asked two questions.
"""

import os
from collections import Counter
from operator import attrgetter
from random import Random
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from community.audits.rules.count import Count
from community.audits.rules.results import CriterionResult, Outcome, Verdict
from community.audits.services import Question, count_region
from community.kernel.database import session, transaction
from community.web.extensions import db
from tests.audits.histories import OPERATOR, build_history, write
from tests.audits.recount import CRITERIA, hang_calendar, recount
from tests.conftest import SERVER

LEVELS: Final = attrgetter("reported", "confirmed", "counted", "checked")
USUAL: Final = 40
# On a server a share of them: what it must answer alike are the statements, not the rules.
EXAMPLES: Final = int(os.environ.get("RECOUNT_EXAMPLES", 20 if SERVER else USUAL))


def figures(criterion: CriterionResult) -> dict[str, int]:
    """A criterion's figures as the recount names them, with a threshold that schools decide."""
    value, threshold = criterion.value, criterion.threshold
    if not isinstance(value, int):
        return dict(value)
    if criterion.id in ("R2", "O3") and isinstance(threshold, int):
        return {"value": value, "threshold": threshold}
    return {"value": value}


def said_by_rules(count: Count) -> dict[str, Any]:
    """What the product says, in the shape of the recount."""
    said: dict[str, Any] = {}
    for county in count.regions:
        reached = county.coverage
        said[county.code] = (
            county.counted,
            (reached.rural_schools, reached.in_community, reached.in_counted),
        )
        for judged in county.communities:
            cells = {
                tuple(map(str, key)): tuple(
                    number for amount in LEVELS(levels) for number in (amount.rows, amount.periods)
                )
                for key, levels in judged.figures.cells.items()
            }
            answers = {c.id: (str(c.outcome), figures(c)) for c in judged.criteria}
            said[judged.facts.code] = (county.code, str(judged.verdict), answers, cells)
    return said


def test_the_recount_agrees(reference: None) -> None:
    with db.engine.begin() as connection:
        hang_calendar(connection)
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES <= USUAL,
        database=None,
        phases=(Phase.generate,),  # a history does not shrink: all its rows are printed
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def agrees(random: Random) -> None:
        history = build_history(random)
        seen["histories"] += 1
        with transaction() as written:
            write(history)
            for as_of, known_at in history.questions:
                question = Question(as_of, known_at, school_year="2024-2025")
                by_rules = said_by_rules(count_region("445200", question, actor=OPERATOR))
                by_sql = recount(session(), as_of, known_at)
                if by_rules != by_sql:
                    note(f"D {as_of}, K {known_at}\n{history}")
                assert by_rules == by_sql
                for _, verdict, answers, _ in (v for k, v in by_sql.items() if k[0] == "C"):
                    seen[verdict] += 1
                    seen.update(f"{name} {outcome}" for name, (outcome, _) in answers.items())
            written.abandon()

    agrees()
    # That enough was asked to mean something.
    assert seen["histories"] >= EXAMPLES
    if EXAMPLES >= USUAL:
        assert not {str(verdict) for verdict in Verdict} - seen.keys()
        assert not {f"{c} {o}" for c in CRITERIA for o in POSSIBLE.get(c, PLAIN)} - seen.keys()


PLAIN: Final = (Outcome.PASS, Outcome.FAIL)
POSSIBLE: Final = {
    **dict.fromkeys(("S1", "S5", "G1", "G2", "R1"), (*PLAIN, Outcome.MISSING)),
    "S2": (*PLAIN, Outcome.MISSING, Outcome.WAIVED),
    "R2": (Outcome.PASS, Outcome.MISSING, Outcome.NOT_APPLICABLE),
    "R3": (*PLAIN, Outcome.MISSING, Outcome.NOT_APPLICABLE),
    **dict.fromkeys(("O3", "O4", "O7", "X1"), (*PLAIN, Outcome.NOT_APPLICABLE)),
}
