"""This school year in the first community, up to today: a timetable, records in every state, a loan
that is overdue, and something that waits in every inbox. Entered through the same services as
anybody's, by the demonstration's own accounts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from community.access import Actor
from community.accounts.services import actor_of_account
from community.activities.models import Activity
from community.activities.rules import (
    ActivityDraft,
    ActivityKind,
    Mode,
    Move,
    Report,
    Sheet,
    Subject,
)
from community.activities.rules.entries import EntryContent
from community.activities.services import confirm, confirm_on_behalf, decide
from community.activities.services.entries import save_entry
from community.demonstration import queries
from community.kernel import clock
from community.kernel.database import session
from community.resource_transfers.rules import (
    Condition,
    LineDraft,
    ReceiptDraft,
    StatedReceipt,
    TransferDraft,
)
from community.resource_transfers.services import record_receipt, report_transfer
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.shared_teaching.services import report_session
from community.walking_teaching.rules import ArrangementDraft, SlotDraft, TravelMode, read_lessons
from community.walking_teaching.services import (
    TaughtVisit,
    create_arrangement,
    plan_visits,
    report_taught,
    visits_to_report,
)
from community.walking_teaching.services.planning import terms_to_choose

_KEYS: Final = uuid5(NAMESPACE_URL, "demonstration")
_LEAD, _PIVOT, _MEMBER, _POINT = "lead.admin", "pivot.clerk", "member.clerk", "月城镇梅坞教学点"
# Topic, subject and lecturer of lessons, the latest first.
_LESSONS: Final = (
    ("分数的初步认识", Subject.MATHEMATICS, "陈晓东"),
    ("Where is my schoolbag?", Subject.ENGLISH, "林雪梅"),
    ("观潮", Subject.CHINESE, "黄思敏"),
    ("水的三态变化", Subject.SCIENCE, "郑伟豪"),
    ("三角形的内角和", Subject.MATHEMATICS, "陈晓东"),
    ("My weekend plan", Subject.ENGLISH, "林雪梅"),
)
_SILENCE: Final = timedelta(days=21)
_OPEN_LESSONS: Final = 2  # of them wait for the receiving school


def live() -> None:
    """Enter this term up to today; nothing where no term on file has begun.

    After `seed_demonstration`, in a transaction of its own.
    """
    today = clock.today()
    begun = [term for term in terms_to_choose() if term.starts_on < today]
    if not begun or begun[0].year_ends_on < today:
        return
    days = _school_days(begun[0].starts_on, min(today - timedelta(days=1), begun[0].ends_on))
    people = _People()
    _lessons(people, days)
    _outreach(people, days)
    _loan(people, days, today)
    _silence(people, days, today)
    _timetable(people, begun[0].id, today)
    _drafts(people)


class _People:
    """The accounts that enter something, and the schools of their community."""

    def __init__(self) -> None:
        self.lead, self.pivot, self.member, self.official = (
            self._actor(name) for name in (_LEAD, _PIVOT, _MEMBER, "jiedong.official")
        )
        (self.community_id,) = self.lead.community_ids
        self.lead_id, self.pivot_id, self.member_id = (
            self._school(actor) for actor in (self.lead, self.pivot, self.member)
        )
        self.point_id = queries.school_id_of(session(), _POINT)

    def _actor(self, name: str) -> Actor:
        actor = actor_of_account(queries.account_id_of(session(), name))
        if actor is None:
            raise RuntimeError(f"the demonstration has no account {name}")
        return actor

    def _school(self, actor: Actor) -> int:
        if actor.school_id is None:
            raise RuntimeError(f"{actor.actor_name} has no school")
        return actor.school_id


def _school_days(first: date, last: date) -> list[date]:
    """Mondays to Fridays, the latest first."""
    days = (last - timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def _report(name: str, school_id: int) -> Report:
    return Report(school_id, str(uuid5(_KEYS, name)))


def _activity(
    people: _People,
    kind: ActivityKind,
    held_on: date,
    provider_id: int,
    receiver_ids: tuple[int, ...],
    **said: Any,
) -> ActivityDraft:
    """What all entries have in common; `said` are further fields of the draft."""
    plain = ActivityDraft(
        sheet=Sheet.SHARED_TEACHING,
        community_id=people.community_id,
        county_id=0,  # the service finds it
        held_on=held_on,
        kind=kind,
        mode=Mode.ONLINE,
        subject=None,
        periods=None,
        provider_id=provider_id,
        receiver_ids=receiver_ids,
        confirmer_names=(None,) * len(receiver_ids),
        confirmed_on=None,
        evidence=(),
        note=None,
    )
    return replace(plain, **said)


def _handing_over(
    people: _People, kind: ActivityKind, held_on: date, receiver_id: int, evidence: str
) -> ActivityDraft:
    """What a transfer of the lead school to one other is, but for its lines."""
    return _activity(
        people,
        kind,
        held_on,
        people.lead_id,
        (receiver_id,),
        sheet=Sheet.RESOURCE_TRANSFERS,
        mode=None,
        evidence=(evidence,),
    )


def _lessons(people: _People, days: list[date]) -> None:
    """A lesson every third school day: the latest wait for the pivot, one was returned, one has
    been checked."""
    for number, (day, lesson) in enumerate(zip(days[::3], _LESSONS, strict=False)):
        topic, subject, lecturer = lesson
        draft = SharedTeachingSessionDraft(
            _activity(
                people,
                ActivityKind.SYNCHRONOUS_CLASS,
                day,
                people.lead_id,
                (people.pivot_id,),
                subject=subject,
                periods=2,
                evidence=(f"JD-01-2026-{number + 1:03}",),
            ),
            grade="四年级",
            topic=topic,
            lecturer_name=lecturer,
            pupils_count=42,
            teachers_count=3,
        )
        record = report_session(
            draft, _report(f"lesson {number}", people.lead_id), actor=people.lead
        )
        if number == _OPEN_LESSONS:
            reason = "人数不符：本校当天到课 38 人，请核对后重新上报。"
            decide(record.id, Move.RETURN, reason, actor=people.pivot)
        elif number > _OPEN_LESSONS:
            confirm(record.id, people.pivot_id, actor=people.pivot)
        if number == _OPEN_LESSONS + 1:
            decide(record.id, Move.CHECK, actor=people.official)


def _outreach(people: _People, days: list[date]) -> None:
    """Half-days for the kindergarten, and what the pivot does for a teaching point."""
    for number, day in enumerate(days[1:8:4]):
        draft = SharedTeachingSessionDraft(
            _activity(
                people,
                ActivityKind.OUTREACH_LESSON,
                day,
                people.lead_id,
                (people.member_id,),
                mode=Mode.ONSITE,
                half_days=1,
                evidence=(f"JD-01-2026-1{number:02}",),
            ),
            grade="大班",
            topic=("秋天的树叶", "我会整理书包")[number],
            lecturer_name="吴丽娟",
            pupils_count=30,
            teachers_count=2,
        )
        report_session(draft, _report(f"outreach {number}", people.lead_id), actor=people.lead)
    research = SharedTeachingSessionDraft(
        _activity(
            people,
            ActivityKind.JOINT_RESEARCH,
            days[2],
            people.pivot_id,
            (people.point_id,),
            subject=Subject.CHINESE,
            periods=1,
        ),
        grade="三年级",
        topic="复式班识字教学研讨",
        lecturer_name="蔡文静",
        pupils_count=None,
        teachers_count=6,
    )
    report_session(research, _report("research", people.pivot_id), actor=people.pivot)


def _loan(people: _People, days: list[date], today: date) -> None:
    """A loan that should have come back last week, with a piece missing on arrival."""
    sent_on, due_on = days[-1], today - timedelta(days=7)
    if due_on <= sent_on:
        return
    transfer = TransferDraft(
        _handing_over(
            people, ActivityKind.TEACHING_AIDS, sent_on, people.pivot_id, "JD-01-2026-201"
        ),
        (
            LineDraft("显微镜", Decimal(12), "台", 360_000, is_loan=True, due_on=due_on),
            LineDraft("植物标本", Decimal(40), "件", 80_000),
        ),
    )
    record = report_transfer(transfer, _report("loan", people.lead_id), actor=people.lead)
    arrived = ReceiptDraft(
        sent_on,
        (
            StatedReceipt(Decimal(12), Condition.GOOD),
            StatedReceipt(Decimal(39), Condition.INCOMPLETE, "运输途中破损 1 件"),
        ),
    )
    record_receipt(record.id, people.pivot_id, arrived, actor=people.pivot)


def _silence(people: _People, days: list[date], today: date) -> None:
    """What a teaching point was sent and has not answered for three weeks: the district confirmed
    one from a signed paper, and may confirm the others."""
    long_ago = [day for day in days if day <= today - _SILENCE]
    if not long_ago:
        return
    day = long_ago[0]
    with clock.standing_at(clock.start_of_day(day) + timedelta(hours=17)):
        confirmed, *_open = [_lesson_for_point(people, day, number) for number in range(2)]
        transfer = TransferDraft(
            _handing_over(people, ActivityKind.BOOKS, day, people.point_id, "JD-01-2026-202"),
            (
                LineDraft("绘本", Decimal(60), "册", 150_000),
                LineDraft("拼音挂图", Decimal(4), "套", None),
            ),
        )
        report_transfer(transfer, _report("picture books", people.lead_id), actor=people.lead)
    confirm_on_behalf(
        confirmed.id,
        [people.point_id],
        "JD-纸-2026-014",
        "教学点暂无网络，负责人已在纸质单上签字",
        actor=people.official,
    )


def _lesson_for_point(people: _People, day: date, number: int) -> Activity:
    draft = SharedTeachingSessionDraft(
        _activity(
            people,
            ActivityKind.DEDICATED_REMOTE_CLASS,
            day,
            people.lead_id,
            (people.point_id,),
            subject=(Subject.MUSIC, Subject.FINE_ARTS)[number],
            periods=1,
            evidence=(f"JD-01-2026-3{number:02}",),
        ),
        grade="一年级",
        topic=("数鸭子", "我的脸")[number],
        lecturer_name=("许音华", "方少敏")[number],
        pupils_count=11,
        teachers_count=1,
    )
    return report_session(draft, _report(f"point {number}", people.lead_id), actor=people.lead)


def _timetable(people: _People, term_id: int, today: date) -> None:
    """A music teacher who has gone to the pivot on Tuesdays and Thursdays for two weeks; those
    visits were taught, this week's wait to be reported."""
    (term,) = [term for term in terms_to_choose() if term.id == term_id]
    monday = today - timedelta(days=today.weekday())
    draft = ArrangementDraft(
        community_id=people.community_id,
        kind=ActivityKind.WALKING_TEACHING,
        teacher_name="许音华",
        staff_number="JD0901",
        sender_id=people.lead_id,
        receiver_id=people.pivot_id,
        subject=Subject.MUSIC,
        grade="三至六年级",
        term=term,
        starts_on=max(term.starts_on, monday - timedelta(days=14)),
        ends_on=term.ends_on,
        travel_mode=TravelMode.OWN_CAR,
        travel_minutes=25,
        note=None,
        slots=tuple(SlotDraft(weekday, read_lessons("第2-3节")) for weekday in (1, 3)),
    )
    arrangement = create_arrangement(draft, actor=people.lead)
    plan_visits(arrangement.id, actor=people.lead)
    waiting = visits_to_report(term.starts_on, monday - timedelta(days=1), actor=people.lead)
    report_taught([TaughtVisit(visit.id) for visit in waiting], actor=people.lead)


def _drafts(people: _People) -> None:
    """A form that each of two people has begun."""
    for actor, topic in ((people.lead, "圆的周长（待补教案）"), (people.pivot, "整本书阅读交流")):
        key = str(uuid5(_KEYS, f"draft {actor.actor_name}"))
        content = EntryContent(
            Sheet.SHARED_TEACHING, {"topic": [topic]}, community_id=people.community_id
        )
        save_entry(key, content, saved_from=key, revision=0, actor=actor)
