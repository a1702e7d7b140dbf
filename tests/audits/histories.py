"""Histories as they happen: two communities over two years, with every way of changing one's mind.

Each fact is a chain of versions with the time in which it was known; some are taken back, some
come from an import that was undone. Days lie at the edges of window and terms more often than not.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import count, groupby, pairwise
from random import Random
from typing import Any, Final, TypeVar

from sqlalchemy import FromClause

from community import access
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import ActivityKind, ActivityState, DecisionKind, Mode, Sheet
from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    Community,
    CommunityVersion,
    Meeting,
    MeetingVersion,
    Membership,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
    Waiver,
)
from community.communities.rules import MembershipRole
from community.journal.services import writing
from community.kernel.clock import ALWAYS, start_of_day
from community.kernel.database import FIRST_DAY, Base, session
from community.registry.models import Designation, School, SchoolFigures, SchoolVersion
from community.registry.rules import DesignationKind, Ownership, SchoolType, UrbanRuralClass

Thing = TypeVar("Thing")
DayOrNone = TypeVar("DayOrNone", date, None)
Contents = Sequence[dict[str, Any]]
LEAD, PIVOT, MEMBER = MembershipRole
JOINED: Final = date(2024, 6, 1)
EDGES: Final = [
    date.fromisoformat(text)
    for text in [
        "2024-08-31",
        "2024-09-01",
        "2024-09-02",
        "2024-09-30",
        "2024-10-01",
        "2024-10-02",
        "2024-12-19",
        "2024-12-20",
        "2025-01-16",
        "2025-01-17",
        "2025-01-18",
        "2025-02-16",
        "2025-02-17",
        "2025-03-17",
        "2025-03-18",
        "2025-03-19",
        "2025-06-04",
        "2025-06-05",
        "2025-06-30",
        "2025-07-03",
        "2025-07-04",
        "2025-07-05",
        "2025-08-31",
        "2025-09-01",
    ]
]
DAYS: Final = EDGES * 25 + [JOINED + timedelta(days=n) for n in range(600)]
OPERATOR: Final = access.Operator("test")
CITY, SEAT = 1, 4
COUNTIES: Final = {2: "445203", 3: "445202"}  # codes by id
D, K = date(2025, 12, 31), start_of_day(date(2026, 1, 31))


def mostly(usual: Thing, *others: Thing, of: int = 24) -> list[Thing]:
    """The usual thing all but a few times in `of`."""
    return [usual] * (of - len(others)) + list(others)


RARELY: Final = mostly(False, True, of=120)
DELAYS: Final = [timedelta(0), timedelta(days=1), timedelta(days=20, hours=9)]
CLASSES: Final = mostly(
    UrbanRuralClass.MAIN_URBAN, None, *list(UrbanRuralClass)[1:], UrbanRuralClass.TOWN_CENTRE, of=60
)
RURAL: Final = mostly(UrbanRuralClass.VILLAGE, UrbanRuralClass.TOWNSHIP_CENTRE, None)
OWNERS: Final = mostly(Ownership.PUBLIC, Ownership.PRIVATE, None)
TYPES: Final = mostly(SchoolType.PRIMARY, SchoolType.EDUCATION_RESOURCE)
PUPILS: Final = mostly(900, None, 0, 14000, 5000, of=60)
STAYS: Final = mostly("all", "none", "late", "left", "twice", "promoted", of=90)
OFTEN_ABSENT: Final = ["all", "late", "left", *["none"] * 12]
FATES: Final = mostly(
    "sound",
    "unproven",
    "proof removed",
    "proof late",
    "one unconfirmed",
    "undated",
    "withdrawn",
    "undone",
    "proof undone",
    "confirmations undone",
    "corrected",
    "draft",
    "decided",
    "decided",
    of=60,
)
KINDS: Final = list(ActivityKind)
MODES: Final = list(Mode)
SUBJECTS: Final = ["chinese", "mathematics", "english"]
WALKS: Final = frozenset(
    {
        ActivityKind.WALKING_TEACHING,
        ActivityKind.CROSS_SCHOOL_TEACHING,
        ActivityKind.SUPPORT_TEACHING,
        ActivityKind.ROTATION,
    }
)
TRANSFERS: Final = frozenset(list(ActivityKind)[list(ActivityKind).index(ActivityKind.BOOKS) :])
# What a community needs to pass: kind, mode, first day, how many, days between, lesson periods.
SOUND: Final = (
    (ActivityKind.SYNCHRONOUS_CLASS, Mode.ONLINE, date(2024, 9, 30), 7, 7, 2),
    (ActivityKind.DEDICATED_REMOTE_CLASS, Mode.ONLINE, date(2025, 2, 17), 5, 9, 2),
    (ActivityKind.JOINT_RESEARCH, Mode.ONLINE, date(2024, 9, 2), 9, 30, 1),
    (ActivityKind.SAME_LESSON_DIFFERENT_DESIGNS, Mode.MIXED, date(2025, 6, 4), 5, 10, 1),
    (ActivityKind.WALKING_TEACHING, None, date(2025, 1, 17), 2, 31, 2),
    (ActivityKind.BOOKS, None, date(2024, 12, 20), 1, 1, None),
)


class History:
    """Rows to be written, and what may be asked of them."""

    def __init__(self) -> None:
        self.rows: list[Base] = []
        self.days = [D]
        self.instants = [K]
        self.turns: list[datetime] = []  # when something known gave way to something else
        self.questions: list[tuple[date, datetime]] = []
        self._ids = count(1000)

    def add(self, row: Base) -> int:
        """Keep a row under an id of its own."""
        number = next(self._ids)
        row.id = number  # type: ignore[attr-defined]  # every row given here has one
        self.rows.append(row)
        return number

    def __repr__(self) -> str:
        return f"<history of {len(self.rows)} rows>"

    def __str__(self) -> str:
        """A line per row, for whoever must find out why two counts differ."""
        return "\n".join(
            f"{type(row).__name__} "
            + ", ".join(f"{key}={value}" for key, value in vars(row).items() if key[0] != "_")
            for row in self.rows
        )


class Narrator:
    """Makes up one history."""

    def __init__(self, random: Random) -> None:
        self.random, self.draw = random, random.choice
        self.history = History()

    # --- facts and their versions -------------------------------------------------------------

    def some_day(self) -> date:
        """A day, remembered as one worth asking about."""
        found = self.draw(DAYS)
        self.history.days.append(found)
        return found

    def day_or(self, usual: DayOrNone) -> DayOrNone | date:
        """The usual day, rarely another one."""
        return self.some_day() if self.draw(RARELY) else usual

    def maybe(self, usual: Thing, other: Thing) -> Thing:
        """The usual thing, rarely the other one."""
        return other if self.draw(RARELY) else usual

    def know(
        self, fact: Callable[..., Base], since: datetime, contents: Contents, **keys: Any
    ) -> None:
        """Write a fact: each content is known from a later instant than the one before."""
        known_from = since + self.maybe(timedelta(0), timedelta(days=40))
        starts = [known_from]
        for _ in contents[1:]:
            starts.append(starts[-1] + timedelta(days=1 + self.random.randint(0, 9) * 11))
        ends: list[datetime | None] = [*starts[1:], None]
        if self.draw(RARELY):  # taken back without another version
            ends[-1] = starts[-1] + timedelta(days=100)
        self.history.instants += starts
        self.history.turns += [end for end in ends if end]
        for start, end, content in zip(starts, ends, contents, strict=True):
            self._version(fact, start, end, {**keys, **content})
        if self.draw(RARELY):  # an import that was undone, at whatever time
            self._version(fact, ALWAYS, None, {**keys, **contents[-1]}, is_undone=True)

    def _version(
        self,
        fact: Callable[..., Base],
        start: datetime,
        end: datetime | None,
        values: dict[str, Any],
        **flags: bool,
    ) -> None:
        told = {"recorded_at": K, "recorded_by": "test", **values, **flags}
        row: Base = fact(known_from=start, known_until=end, **told)
        self.history.add(row)

    def changes(self, content: dict[str, Any], *dated: str, **other: Any) -> Contents:
        """One version, or rarely a second one with other days and contents."""
        if not self.draw(RARELY):
            return [content]
        return [content, {**content, **other, **{name: self.some_day() for name in dated}}]

    # --- schools ------------------------------------------------------------------------------

    def school(self, number: int) -> int:
        """School 0 leads by nature, 1 to 3 are pivots, the others rural members."""
        draw, county = self.draw, self.maybe(*COUNTIES)
        school_id = self.history.add(School(name=f"School {number}", county_id=county))
        content = {
            "type": draw(TYPES),
            "ownership": draw(OWNERS),
            "urban_rural_class": draw(CLASSES if number in (0, 7) else RURAL),
            "township_id": self.maybe(None, SEAT),
            "is_flagged_urban": draw(RARELY),
            "closed_on": self.day_or(None),
            "opened_on": self.day_or(None),
        }
        keys = {"school_id": school_id, "county_id": county}
        self.know(
            SchoolVersion,
            ALWAYS,
            self.changes(content, "closed_on"),
            held_from=self.day_or(FIRST_DAY),
            **keys,
        )
        if draw(mostly(False, True, of=12)):
            held_from = self.some_day()
            if held_from not in self._held_from(school_id):
                later = {**content, "urban_rural_class": draw(CLASSES)}
                self.know(SchoolVersion, ALWAYS, [later], held_from=held_from, **keys)
        for year in self.maybe([""], ["", "2024-2025"]):
            figures = {"pupils_count": draw(PUPILS)}
            self.know(SchoolFigures, ALWAYS, [figures], school_year=year, **keys)
        own = list(DesignationKind)[number - 1 : number] if 1 <= number <= 3 else []
        for kind in {*own, *self.maybe([], list(DesignationKind)[:1])}:
            ended_on = self.day_or(None)
            since = self.day_or(FIRST_DAY)
            dated = {"designated_on": since, "kind": kind}
            if not draw(RARELY):
                self.know(Designation, ALWAYS, [{"ended_on": ended_on}], **dated, **keys)
        return school_id

    def _held_from(self, school_id: int) -> set[date]:
        rows = [row for row in self.history.rows if isinstance(row, SchoolVersion)]
        return {row.held_from for row in rows if row.school_id == school_id}

    # --- communities --------------------------------------------------------------------------

    def community(self, number: int, schools: Sequence[int]) -> None:
        """One community with its papers, its members and its ledger."""
        draw, county = self.draw, self.maybe(*COUNTIES)
        is_usual = number == 1 or draw([True, False, False])
        self.keys = {
            "community_id": self.history.add(
                Community(code=f"C-{number}", name=f"Community {number}", county_id=county)
            ),
            "county_id": county,
        }
        founded = self.day_or(JOINED)
        content = {
            "is_listed": draw(mostly(True, False, None)),
            "plan_document": draw(mostly("No. 1", None, "")),
            "founded_on": self.maybe(founded, None),
            "dissolved_on": self.day_or(None),
        }
        versions = self.changes(content, "dissolved_on", plan_document="No. 2")
        self.know(CommunityVersion, start_of_day(JOINED), versions, **self.keys)
        self._papers()
        for place, school_id in enumerate(schools):
            self._stays(place, school_id, usually_in=is_usual)
        self._ledger(schools, usually=is_usual)

    def _papers(self) -> None:
        draw, add, keys = self.draw, self.history.add, self.keys
        for _ in range(draw(mostly(1, 0, 2))):
            effective = draw(mostly(JOINED, None)) and self.day_or(JOINED)
            charter = add(Charter(name="Charter", effective_on=effective, **keys))
            versions = self.changes({"expires_on": self.day_or(None)}, "expires_on")
            since = start_of_day(effective) if effective else ALWAYS
            self.know(
                CharterVersion, since, versions, charter_id=charter, county_id=keys["county_id"]
            )
        for _ in range(draw(mostly(1, 0, 2))):
            year = draw(mostly("2024-2025", "2023-2024", None))
            objective = add(Objective(school_year=year, content="Lessons", **keys))
            blank: dict[str, Any] = {"target_value": "20"}
            blank |= {"achieved_value": None, "reviewed_on": None}
            reviewed_on = self.day_or(date(2025, 8, 20))
            done = {**blank, "achieved_value": draw(mostly("21", None, ""))}
            done["reviewed_on"] = draw(mostly(reviewed_on, None))
            self.know(
                ObjectiveVersion,
                start_of_day(date(2024, 9, 1)),
                [blank, done],
                objective_id=objective,
                county_id=keys["county_id"],
            )
        usual = (date(2024, 9, 2), date(2025, 7, 4))
        for held_on in (self.day_or(u) for u in usual[: draw(mostly(2, 1, 0))]):
            meeting = add(Meeting(held_on=held_on, topic="Council", **keys))
            versions = self.changes(
                {"minutes_number": draw(mostly("No. 3", None))}, minutes_number="No. 5"
            )
            self.know(
                MeetingVersion,
                start_of_day(held_on),
                versions,
                meeting_id=meeting,
                county_id=keys["county_id"],
            )
        if draw(mostly(False, True, of=6)):
            given = {"reason": "None here", "granted_by_name": "Somebody"}
            item = draw(list(DesignationKind)).value
            self.know(Waiver, start_of_day(JOINED), [given], criterion="S2", item=item, **keys)

    def _stays(self, place: int, school_id: int, *, usually_in: bool) -> None:
        pattern = self.draw(STAYS if usually_in else OFTEN_ABSENT)
        role = self.draw(
            mostly(LEAD if place == 0 else PIVOT if place <= 3 else MEMBER, *MembershipRole, of=30)
        )
        match pattern:
            case "all":
                self._stay(school_id, role, JOINED, None)
            case "late":
                self._stay(school_id, role, self.some_day(), None)
            case "left":
                self._stay(school_id, role, JOINED, self.some_day())
            case "twice" | "promoted":
                left, back = sorted((self.some_day(), self.some_day()))
                self._stay(school_id, role, JOINED, left)
                if left < back:
                    second = role if pattern == "twice" else self.draw(list(MembershipRole))
                    self._stay(school_id, second, back, None)

    def _stay(
        self, school_id: int, role: MembershipRole, joined_on: date, left_on: date | None
    ) -> None:
        draw, county = self.draw, {"county_id": self.keys["county_id"]}
        membership = self.history.add(
            Membership(school_id=school_id, joined_on=joined_on, **self.keys)
        )
        content = {
            "role": role,
            "left_on": left_on,
            "responsible_person": draw(mostly("Li", None, "", of=40)),
        }
        # A stay that goes on has no other one after it, so its end may become known later.
        end = left_on or max(joined_on, self.some_day())
        versions = self.changes(content, left_on=end)
        keys = {"membership_id": membership, **county}
        self.know(MembershipVersion, start_of_day(joined_on), versions, **keys)
        signed_on = draw(mostly(joined_on, None, of=40))
        if signed_on:
            signed_on = self.day_or(signed_on)
            signed = self.changes({"signed_on": signed_on}, "signed_on")
            self.know(CharterSignature, start_of_day(signed_on), signed, **keys)

    # --- the ledger ---------------------------------------------------------------------------

    def _ledger(self, schools: Sequence[int], *, usually: bool) -> None:
        draw = self.draw
        for kind, mode, first, many, step, periods in SOUND:
            if draw(RARELY) if usually else not draw(RARELY):
                continue
            subject = "english" if kind is ActivityKind.DEDICATED_REMOTE_CLASS else "chinese"
            subject = self.maybe(subject, draw(SUBJECTS))
            days = [first + timedelta(days=step * n) for n in range(many)]
            groups = [schools[2:5], schools[5:]]  # in turn, so that everybody takes part
            given = (kind, mode, periods, subject)
            self._run(given, days, schools[1], groups, draw(FATES))
        for _ in range(self.random.randint(0, 3)):
            kind = draw(KINDS)
            first, step = self.some_day(), 1 + self.random.randint(0, 9)
            days = [first + timedelta(days=step * n) for n in range(1 + self.random.randint(0, 2))]
            provider, *receivers = self.random.sample(schools, self.random.randint(2, 4))
            periods = None if kind in TRANSFERS else 1 + self.random.randint(0, 9)
            given = (kind, draw(MODES), periods, draw(SUBJECTS))
            self._run(given, days, provider, [receivers], draw(FATES))

    def _run(
        self,
        given: tuple[ActivityKind, Mode | None, int | None, str],
        days: Sequence[date],
        provider: int,
        groups: Sequence[Sequence[int]],
        fate: str,
    ) -> None:
        """Activities of one kind; what befalls is the lot of the last of them, or of all."""
        spared = self.maybe(len(days) - 1, 0)
        self.history.days += days[-1:]
        kind, mode, periods, subject = given
        sheet = Sheet.WALKING_TEACHING if kind in WALKS else Sheet.SHARED_TEACHING
        for place, held_on in enumerate(days):
            self._activity(
                (provider, groups[place % len(groups)]),
                fate if place >= spared else "sound",
                {
                    "sheet": Sheet.RESOURCE_TRANSFERS if kind in TRANSFERS else sheet,
                    "kind": kind,
                    "mode": mode,
                    "held_on": held_on,
                    "periods_count": periods,
                    "subject": subject,
                },
            )

    def _activity(
        self, parties: tuple[int, Sequence[int]], fate: str, content: dict[str, Any]
    ) -> None:
        known_from = start_of_day(content["held_on"])
        later = known_from + timedelta(days=60)
        until = later if fate == "corrected" else None
        activity_id = self._record(parties, fate, content, known_from, until)
        if fate == "decided":
            self._decisions(activity_id, known_from)
        if fate == "corrected":
            better = {**content, "periods_count": (content["periods_count"] or 1) + 1}
            self._record(parties, "sound", better, later, None)
        self.history.instants.append(known_from)
        self.history.turns += [later] if fate in ("corrected", "proof removed") else []

    def _record(
        self,
        parties: tuple[int, Sequence[int]],
        fate: str,
        content: dict[str, Any],
        known_from: datetime,
        until: datetime | None,
    ) -> int:
        provider, receivers = parties
        told = {"recorded_at": K, "recorded_by": "test"}
        state = ActivityState.DRAFT if fate == "draft" else ActivityState.SUBMITTED
        activity_id = self.history.add(
            Activity(
                provider_id=provider,
                state=state,
                identity="",
                known_from=known_from,
                known_until=until,
                **self.keys,
                is_undone=fate == "undone",
                **content,
                **told,
            )
        )
        county = {"county_id": self.keys["county_id"]}
        late = known_from + timedelta(days=60)
        proofs: dict[str, list[tuple[datetime, datetime | None]]] = {
            "unproven": [],
            "proof removed": [(known_from, late)],
            "proof late": [(late, None)],
        }
        for since, end in proofs.get(fate, [(known_from, None)]):
            self.history.add(
                ActivityEvidence(
                    activity_id=activity_id,
                    reference="No. 4",
                    known_from=since,
                    known_until=end,
                    is_undone=fate in ("undone", "proof undone"),
                    **county,
                    **told,
                )
            )
        confirmed_on = content["held_on"] + self.draw(DELAYS)
        at = start_of_day(confirmed_on)
        self.history.instants.append(at)
        silent = self.random.randint(0, 2) if fate == "one unconfirmed" else None
        for place, school_id in enumerate(receivers):
            receiver = self.history.add(
                ActivityReceiver(activity_id=activity_id, school_id=school_id, position=place)
            )
            if place == silent:
                continue
            steps: list[tuple[datetime, date | None]] = [(at, confirmed_on)]
            if fate == "undated":
                steps = [(known_from, None), (at + timedelta(hours=1), confirmed_on)]
            elif fate == "withdrawn" and place == 0:
                steps.append((at + timedelta(days=30), None))
            ends = [*(b[0] for _, b in pairwise(steps)), None]
            self.history.turns += [end for end in ends if end]
            for (since, day), end in zip(steps, ends, strict=True):
                self.history.add(
                    Confirmation(
                        receiver_id=receiver,
                        confirmer_name="Somebody",
                        confirmed_on=day,
                        known_from=since,
                        known_until=end,
                        is_undone=fate in ("undone", "confirmations undone"),
                        **county,
                        **told,
                    )
                )
        return activity_id

    def _decisions(self, activity_id: int, known_from: datetime) -> None:
        """One decision or two, some taken back, some of them taken again."""
        keys = {"activity_id": activity_id, "county_id": self.keys["county_id"]}
        for kind in self.random.sample(list(DecisionKind), self.random.randint(1, 2)):
            since = known_from + self.draw(DELAYS) + timedelta(days=30)
            back = since + timedelta(days=20)
            spans: list[tuple[datetime, datetime | None]] = [(since, self.draw([None, back]))]
            if spans[0][1] and self.draw([False, True]):
                spans.append((back + self.draw(DELAYS), None))
            self.history.turns += [since, back]
            for start, end in spans:
                self.history.add(
                    ActivityDecision(
                        kind=kind,
                        reason="Nobody was there",
                        decided_by_name="Somebody",
                        decided_on=start.date(),
                        known_from=start,
                        known_until=end,
                        is_undone=self.draw(RARELY),
                        recorded_at=K,
                        recorded_by="test",
                        **keys,
                    )
                )


def build_history(random: Random, communities: int = 2) -> History:
    """A history, and the days and instants at which it is asked."""
    narrator = Narrator(random)
    schools = [narrator.school(number) for number in range(8)]
    narrator.community(1, schools)
    for number in range(2, communities + 1):
        narrator.community(number, [schools[7], *schools[1:7]])
    history = narrator.history
    instants = random.choice([[K], history.instants, history.turns or [K]])
    known_at = random.choice(instants) - timedelta(seconds=random.choice([0, 0, 1]))
    history.questions = [(D, K), (random.choice(history.days), known_at)]
    return history


def _depth(table: FromClause) -> int:
    """How many owners stand above a table's rows."""
    owners = {key.column.table for key in table.foreign_keys} - {table}
    return 1 + max(map(_depth, owners), default=0)


def write(history: History) -> None:
    """Write the rows, owners before what they own."""
    depths = {table.name: _depth(table) for table in Base.metadata.sorted_tables}

    def order(row: Base) -> int:
        return depths[type(row).__tablename__]

    with writing(actor=OPERATOR, action="history.recorded"):
        for _, together in groupby(sorted(history.rows, key=order), key=order):
            session().add_all(together)
            session().flush()
