"""A week of a community, and the ways in which a clerk of its lead school can log it.

8 shared lessons, 6 walking-teaching visits and 2 resource transfers, each with the archive number
of its evidence: by the forms, by the table, and visits by the standing timetable.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from bench.week.clerk import Clerk
from bench.week.keystrokes import Tally, Word, chinese, name, plain
from community.activities.rules import ActivityKind, Mode, Subject
from community.kernel.i18n import DEFAULT_LOCALE, label, use_locale

PRIMARY: Final = "揭东区云路镇芷兰中心小学"
NURSERY: Final = "揭东区云路镇竹韵中心幼儿园"
JUNIOR: Final = "揭东区云路镇揽翠初级中学"
POINT: Final = "揭东区月城镇梅坞教学点"
_SCHOOLS: Final = {
    PRIMARY: chinese("揭东区 云路镇 芷兰 中心小学", "芷兰"),
    JUNIOR: chinese("揭东区 云路镇 揽翠 初级中学", "揽翠"),
    POINT: chinese("揭东区 月城镇 梅坞 教学点", "梅坞"),
}
NOTHING: Final = plain("")


@dataclass(frozen=True)
class Lesson:
    """A shared lesson; the day counts from Monday."""

    day: int
    topic: Word
    lecturer: Word
    subject: Subject
    grade: Word
    receivers: tuple[str, ...] = (PRIMARY,)
    kind: ActivityKind = ActivityKind.SYNCHRONOUS_CLASS
    mode: Mode = Mode.ONLINE
    periods: int = 1


@dataclass(frozen=True)
class Visit:
    """A visit of a teacher."""

    day: int
    teacher: Word
    staff_number: Word
    subject: Subject
    receiver: str
    slots: Word
    periods: int = 2


@dataclass(frozen=True)
class Transfer:
    """Something that is handed over, in one line."""

    day: int
    kind: ActivityKind
    content: Word
    quantity: Word
    unit: Word
    receiver: str
    due_in: int | None = None  # days


_CHEN, _LIN, _HUANG = name("陈晓东"), name("林雪梅"), name("黄思敏")
_FOURTH: Final = chinese("四年级", "四")
_THIRD: Final = chinese("三年级", "三")
LESSONS: Final = (
    Lesson(0, chinese("分数 的 大小 比较"), _CHEN, Subject.MATHEMATICS, _FOURTH),
    Lesson(0, chinese("观察 植物"), _HUANG, Subject.CHINESE, _FOURTH),
    Lesson(1, chinese("At the zoo"), _LIN, Subject.ENGLISH, _THIRD, (PRIMARY, POINT)),
    Lesson(1, chinese("小数 加减法"), _CHEN, Subject.MATHEMATICS, _FOURTH),
    Lesson(2, chinese("古诗 三首"), _HUANG, Subject.CHINESE, _THIRD, (PRIMARY, POINT)),
    Lesson(
        *(2, chinese("大单元 教学 设计 研讨"), _HUANG, Subject.CHINESE, _THIRD, (PRIMARY, JUNIOR)),
        kind=ActivityKind.JOINT_RESEARCH,
        mode=Mode.ONSITE,
        periods=2,
    ),
    Lesson(3, chinese("A rainy day"), _LIN, Subject.ENGLISH, _FOURTH),
    Lesson(4, chinese("平行 与 垂直"), _CHEN, Subject.MATHEMATICS, _FOURTH),
)
_MUSIC: Final = (name("何雅琴"), plain("JD0911"), Subject.MUSIC, PRIMARY)
_SPORT: Final = (name("罗志强"), plain("JD0912"), Subject.PE_AND_HEALTH, POINT)
_ART: Final = (name("杨小岚"), plain("JD0913"), Subject.FINE_ARTS, PRIMARY)
_EARLY: Final = chinese("第 2-3 节")
_LATE: Final = chinese("第 4-5 节")
VISITS: Final = (
    Visit(0, *_SPORT, _EARLY),
    Visit(1, *_MUSIC, _EARLY),
    Visit(1, *_ART, _LATE),
    Visit(2, *_SPORT, _EARLY),
    Visit(3, *_MUSIC, _EARLY),
    Visit(3, *_ART, _LATE),
)
TRANSFERS: Final = (
    *(
        Transfer(
            *(2, ActivityKind.BOOKS, chinese("课外 读物"), plain("120"), chinese("册", "册")),
            POINT,
        ),
        Transfer(
            *(4, ActivityKind.TEACHING_EQUIPMENT, chinese("实物 展台"), plain("2")),
            *(chinese("台", "台"), PRIMARY, 30),
        ),
    ),
)


@dataclass(frozen=True)
class Logged:
    """What one entry took."""

    way: str
    what: str
    took: Tally


class Archive:
    """The archive numbers of evidence, one after the other."""

    def __init__(self, way: int) -> None:
        self._prefix, self._count = f"2026-{way}", 0

    def next(self) -> Word:
        """The number of the next record: 档2026-101."""
        self._count += 1
        return chinese(f"档 {self._prefix}{self._count:02}")


# --- by the forms ---------------------------------------------------------------------------------


@dataclass
class ByForm:
    """Every entry by its form; one that is like the last is begun as its repetition."""

    clerk: Clerk
    way: str
    monday: date
    archive: Archive

    def week(self) -> Iterator[Logged]:
        """Log the week."""
        yield from self._kind("shared lesson", "/shared-teaching/new", LESSONS, self._lesson)
        yield from self._kind("visit", "/walking-teaching/new", VISITS, self._visit)
        yield from self._kind("transfer", "/resource-transfers/new", TRANSFERS, self._transfer)

    def _kind(
        self, what: str, address: str, entries: Sequence[Any], fill: Callable[[Any], None]
    ) -> Iterator[Logged]:
        clerk = self.clerk
        clerk.page.goto("/")
        for number, entry in enumerate(entries):
            before = clerk.so_far()
            if not number:
                clerk.follow(clerk.page.locator(f"#main a[href$='{address}']").first)
            fill(entry)
            clerk.follow(clerk.page.locator(".action-bar [value=check]"))
            is_last = number == len(entries) - 1
            button = "button:not([name])" if is_last else "[name=then][value=again]"
            clerk.check(clerk.page.locator(f"#main form.form {button}"))
            if "/check" in clerk.page.url or "/entries" in clerk.page.url:
                raise RuntimeError(clerk.page.locator("#main").inner_text())
            yield Logged(self.way, what, clerk.so_far().minus(before))

    def _day(self, offset: int) -> str:
        return (self.monday + timedelta(days=offset)).isoformat()

    def _lesson(self, entry: Lesson) -> None:
        clerk = self.clerk
        clerk.date("held_on", self._day(entry.day))
        clerk.choose("kind", entry.kind)
        clerk.choose("mode", entry.mode)
        clerk.write("topic", entry.topic)
        clerk.write("lecturer_name", entry.lecturer)
        clerk.schools(entry.receivers)
        clerk.select("subject", entry.subject)
        clerk.write("periods", plain(str(entry.periods)))
        clerk.write("grade", entry.grade)
        clerk.write("references", self.archive.next())

    def _visit(self, entry: Visit) -> None:
        clerk = self.clerk
        clerk.date("held_on", self._day(entry.day))
        clerk.choose("kind", ActivityKind.WALKING_TEACHING)
        clerk.write("teacher_name", entry.teacher)
        clerk.write("staff_number", entry.staff_number)
        clerk.schools((entry.receiver,))
        clerk.write("slots", entry.slots)
        clerk.select("subject", entry.subject)
        clerk.write("periods", plain(str(entry.periods)))
        clerk.write("references", self.archive.next())

    def _transfer(self, entry: Transfer) -> None:
        clerk = self.clerk
        clerk.date("held_on", self._day(entry.day))
        clerk.choose("kind", entry.kind)
        clerk.schools((entry.receiver,))
        clerk.write("lines-0-content", entry.content)
        clerk.write("lines-0-quantity", entry.quantity)
        clerk.write("lines-0-unit", entry.unit)
        if entry.due_in is not None:
            clerk.decide()
            clerk.tick(clerk.page.locator("label[for=lines-0-is_loan]"))
            clerk.date("lines-0-due_on", self._day(entry.day + entry.due_in))
        clerk.write("references", self.archive.next())


# --- by the table ---------------------------------------------------------------------------------


@dataclass
class ByTable:
    """Every entry as a row: typed, or pasted from a spreadsheet that is there already."""

    clerk: Clerk
    way: str
    monday: date
    archive: Archive
    is_pasted: bool = False

    def week(self) -> Iterator[Logged]:
        """Log the week."""
        yield from self._table("shared lesson", "shared_teaching", map(self._lesson, LESSONS))
        yield from self._table("visit", "walking_teaching", map(self._visit, VISITS))
        yield from self._table("transfer", "resource_transfers", map(self._transfer, TRANSFERS))

    def _table(self, what: str, sheet: str, cells: Iterator[list[Word]]) -> Iterator[Logged]:
        clerk, rows = self.clerk, list(cells)
        page = clerk.page
        page.goto("/")
        before = clerk.so_far()
        clerk.follow(page.locator("nav a[href='/activities/grid']").first)
        if sheet != "shared_teaching":
            clerk.follow(page.locator(f".tabs a[href*='sheet={sheet}']"))
        if self.is_pasted:
            text = "\n".join("\t".join(word.text for word in row) for row in rows)
            clerk.paste(page.locator(".grid-table tbody input").first, text)
        else:
            clerk.fill(rows)
        # Saving itself gives the table an address of its own: that is not yet the answer.
        clerk.follow(page.locator("#grid-form .submit-row .btn-primary"), "**/activities?*")
        took = clerk.so_far().minus(before)
        yield from (Logged(self.way, what, took.shared(len(rows))) for _ in rows)

    def _date(self, offset: int) -> Word:
        day = self.monday + timedelta(days=offset)
        return plain(f"{day.year}.{day.month}.{day.day}")

    def _lesson(self, entry: Lesson) -> list[Word]:
        return [
            self._date(entry.day),
            _said(entry.kind),
            _said(entry.mode),
            _said(entry.subject),
            plain(str(entry.periods)),
            NOTHING,  # half-days
            NOTHING,
            _together(entry.receivers),
            entry.lecturer,
            entry.topic,
            entry.grade,
            NOTHING,
            NOTHING,
            self.archive.next(),
        ]

    def _visit(self, entry: Visit) -> list[Word]:
        return [
            self._date(entry.day),
            entry.teacher,
            entry.staff_number,
            _said(ActivityKind.WALKING_TEACHING),
            _said(entry.subject),
            entry.slots,
            plain(str(entry.periods)),
            NOTHING,  # half-days
            NOTHING,
            _together((entry.receiver,)),
            NOTHING,
            self.archive.next(),
        ]

    def _transfer(self, entry: Transfer) -> list[Word]:
        is_loan = entry.due_in is not None
        return [
            self._date(entry.day),
            _said(entry.kind),
            entry.content,
            entry.quantity,
            entry.unit,
            NOTHING,
            NOTHING,
            _together((entry.receiver,)),
            chinese("是") if is_loan else NOTHING,
            self._date(entry.day + (entry.due_in or 0)) if is_loan else NOTHING,
            self.archive.next(),
        ]


def _said(word: ActivityKind | Mode | Subject) -> Word:
    """A word of a list as the ledgers have it; its first character finds it."""
    with use_locale(DEFAULT_LOCALE):
        text = label(word)
    return chinese(text, text[0])


def _together(schools: Sequence[str]) -> Word:
    """Schools in one cell; a list of words offers one alone."""
    if len(schools) == 1:
        return _SCHOOLS[schools[0]]
    words = [_SCHOOLS[school] for school in schools]
    return Word("、".join(schools), sum(word.keys for word in words) + len(words) - 1)


# --- by the timetable -----------------------------------------------------------------------------


@dataclass
class ByTimetable:
    """Visits that the standing timetable has planned."""

    clerk: Clerk
    way: str
    monday: date
    archive: Archive

    def arrange(self) -> Iterator[Logged]:
        """Enter the three teachers' arrangements, once a term."""
        teachers = {visit.teacher.text: visit for visit in VISITS}.values()
        for entry in teachers:
            clerk, page = self.clerk, self.clerk.page
            page.goto("/walking-teaching/arrangements")
            before = clerk.so_far()
            clerk.follow(page.locator("a[href='/walking-teaching/arrangements/new']").first)
            self._arrangement(entry)
            submit = page.locator(".btn-primary[type=submit]")
            clerk.follow(submit)
            clerk.check(submit)
            yield Logged("once a term", "arrangement", clerk.so_far().minus(before))

    def _arrangement(self, entry: Visit) -> None:
        clerk = self.clerk
        clerk.write("teacher_name", entry.teacher)
        clerk.write("staff_number", entry.staff_number)
        options = clerk.page.locator("[name=receiver] option")
        texts = [text.strip() for text in options.all_inner_texts()]
        value = options.nth(texts.index(entry.receiver)).get_attribute("value") or ""
        clerk.select("receiver", value)
        clerk.select("subject", entry.subject)
        clerk.date("starts_on", self.monday.isoformat())
        days = [visit.day for visit in VISITS if visit.teacher == entry.teacher]
        for number, day in enumerate(days):
            if number:
                clerk.decide()
                clerk.point(clerk.page.locator("[data-add-slot]"))
            clerk.select(f"slots-{number}-weekday", str(day))
            clerk.write(f"slots-{number}-lessons", entry.slots)

    def week(self) -> Iterator[Logged]:
        """Report the visits of the week."""
        clerk, page = self.clerk, self.clerk.page
        page.goto("/")
        before = clerk.so_far()
        clerk.follow(page.locator("nav a[href='/walking-teaching/weeks']").first)
        weeks = page.locator("a.btn[href*='/walking-teaching/weeks?week=']")
        clerk.follow(weeks.filter(has_text="‹"))
        clerk.follow(page.locator(f"a[href$='taught?week={self.monday}']").first)
        boxes = page.locator("#main input[name^=evidence-]")
        count = boxes.count()
        for number in range(count):
            clerk.write(boxes.nth(number).get_attribute("name") or "", self.archive.next())
        clerk.send(page.locator(".btn-primary[type=submit]"))
        took = clerk.so_far().minus(before)
        yield from (Logged(self.way, "visit", took.shared(count)) for _ in range(count))
