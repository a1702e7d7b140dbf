"""Every select of walking-teaching.

`sessions` what has taken place · `arrangements` the standing timetable · `visits` what it plans,
and where a teacher is · `postings` where for long · `reach` who sees it · `rolling` the next term ·
`feeds` calendars.
"""

from community.walking_teaching.queries.postings import postings
from community.walking_teaching.queries.sessions import details_of, visits_on_file
from community.walking_teaching.queries.visits import planned_elsewhere

__all__ = ["details_of", "planned_elsewhere", "postings", "visits_on_file"]
