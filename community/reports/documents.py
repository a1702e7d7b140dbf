"""The assembly of one PDF from a report: headings and their numbers, then the template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from community.activities.rules import Sheet
from community.kernel.i18n import N_, current_locale, gettext
from community.kernel.pdf import check_glyphs, set_page
from community.reports.rules.reports import CommunityReport, RegionReport

_DIGITS: Final = "〇一二三四五六七八九"
_BASICS = ("basics", N_("Basic facts"))
_AUDIT = ("audit", N_("Audit of the conditions"))
_ACTIVITY = ("activity", N_("Activities"))
_EXCLUDED = ("excluded", N_("Records left out, and why"))
_PROBLEMS = ("problems", N_("Problems and who is responsible"))
_NEXT = ("next", N_("Next steps"))
_FIGURES = (
    ("totals", N_("Reported, confirmed, checked, counted")),
    ("kinds", N_("By kind")),
    ("months", N_("By month")),
)
_COMMUNITY: Final = (
    (
        _BASICS,
        (
            ("members", N_("Member schools")),
            ("papers", N_("Charter, objectives, council")),
            ("network", N_("Network of the schools")),
            ("stays", N_("Memberships over time")),
        ),
    ),
    (_AUDIT, (("verdict", N_("The verdict")), ("criteria", N_("Each criterion")))),
    (_ACTIVITY, _FIGURES),
    (_EXCLUDED, ()),
    (_PROBLEMS, ()),
    (_NEXT, ()),
)
_COUNTY: Final = (
    (
        ("progress", N_("Progress")),
        (
            ("number", N_("The number and the target")),
            ("verdicts", N_("How the number came about")),
            ("coverage", N_("Coverage of rural schools")),
        ),
    ),
    (
        _AUDIT,
        (("matrix", N_("All communities at a glance")), ("details", N_("Each community"))),
    ),
    (_ACTIVITY, (*_FIGURES, ("places", N_("By community")))),
    (_EXCLUDED, ()),
    (_PROBLEMS, ()),
    (_NEXT, ()),
)
_CITY: Final = (
    (
        ("progress", N_("Progress")),
        (
            ("number", N_("The city's total and each county's minimum")),
            ("counties", N_("Each county")),
            ("coverage", N_("Coverage of rural schools")),
        ),
    ),
    (
        _AUDIT,
        (("matrix", N_("All communities at a glance")), ("details", N_("Each community"))),
    ),
    (_ACTIVITY, (*_FIGURES, ("places", N_("By county")))),
    (_EXCLUDED, ()),
    (_PROBLEMS, ()),
    (_NEXT, ()),
)
_LEDGERS: Final = {
    Sheet.SHARED_TEACHING: N_("Ledger of shared teaching"),
    Sheet.WALKING_TEACHING: N_("Ledger of walking-teaching"),
    Sheet.RESOURCE_TRANSFERS: N_("Ledger of resource transfers"),
}
_RULES = ("rules", N_("The rules of the count"))
_PAPERS = ("workings", N_("Working papers"))
_LEFT_OUT = ("left-out", N_("List of the records left out"))
_BASIS = ("basis", N_("What the figures rest on"))


@dataclass(frozen=True)
class Heading:
    """A heading with its number; `level` is 1, 2, or 0 for an annex."""

    key: str
    level: int
    number: str
    title: str
    text: str  # both together


@dataclass(frozen=True)
class Outline:
    """The headings of a document in their order."""

    headings: tuple[Heading, ...]

    def __getitem__(self, key: str) -> Heading:
        """The heading with this key."""
        return next(heading for heading in self.headings if heading.key == key)

    def __contains__(self, key: object) -> bool:
        return any(heading.key == key for heading in self.headings)


Named = tuple[str, str]


def _numeral(number: int) -> str:
    """A number as it counts headings: 一, 十二, 二十; Arabic in English."""
    if current_locale() != "zh":
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def build_outline(
    sections: Iterable[tuple[Named, Sequence[Named]]], annexes: Iterable[Named]
) -> Outline:
    """Number sections, their parts, and annexes, in the locale in force."""
    is_chinese = current_locale() == "zh"
    found: list[Heading] = []
    for index, ((key, title), parts) in enumerate(sections, start=1):
        number = f"{_numeral(index)}、" if is_chinese else f"{index}"
        found.append(_heading(key, 1, number, title))
        for place, (part, name) in enumerate(parts, start=1):
            number = f"（{_numeral(place)}）" if is_chinese else f"{index}.{place}"
            found.append(_heading(part, 2, number, name))
    for index, (key, title) in enumerate(annexes, start=1):
        number = gettext("Annex %(number)s", number=index)
        found.append(_heading(key, 0, number, title))
    return Outline(tuple(found))


def _heading(key: str, level: int, number: str, msgid: str) -> Heading:
    title = gettext(msgid)
    gap = "" if level and current_locale() == "zh" else " "
    return Heading(key, level, number, title, f"{number}{gap}{title}")


def outline_of(report: CommunityReport | RegionReport) -> Outline:
    """The headings of a report, in the locale in force."""
    if isinstance(report, CommunityReport):
        ledgers = [
            (f"ledger-{sheet}", _LEDGERS[sheet]) for sheet, rows in report.ledgers.items() if rows
        ]
        left_out = [_LEFT_OUT] if report.part.excluded else []
        return build_outline(_COMMUNITY, [_RULES, *ledgers, *left_out, _BASIS])
    left_out = [_LEFT_OUT] if report.excluded_count else []
    sections = _COUNTY if report.city is None else _CITY
    return build_outline(sections, [_RULES, _PAPERS, *left_out, _BASIS])


def build_document(report: CommunityReport | RegionReport) -> str:
    """The report as HTML, in the locale in force.

    Raises RuleViolationError when a character of it cannot be printed.
    """
    is_community = isinstance(report, CommunityReport)
    template = "reports/print/community.html" if is_community else "reports/print/region.html"
    html = set_page(template, report=report, outline=outline_of(report))
    check_glyphs(html)
    return html
