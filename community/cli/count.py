"""`flask count`: which communities count as of a day, why, and why not."""

import json
from datetime import date, datetime
from unicodedata import east_asian_width

import click
from flask.cli import with_appcontext

from community.audits.rules.count import CommunityCount, Count, RegionCount
from community.audits.rules.results import CriterionResult, Outcome, Value
from community.audits.services import CURRENT_VERSION, Question, count_region
from community.cli.support import operator, reporting
from community.kernel.clock import SHANGHAI, parse_instant
from community.kernel.i18n import gettext as _
from community.kernel.i18n import label

_SIGNS = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✕",
    Outcome.MISSING: "?",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.WAIVED: "○",
}


class Day(click.ParamType[date]):
    """A day, 2025-12-31."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day, or say how to write it."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(_("Write the day as year-month-day, for example 2025-12-31."), param, ctx)


class Instant(click.ParamType[datetime]):
    """An instant, 2026-01-31 or 2026-01-31T00:00+08:00; without an offset in Shanghai."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the instant, or say how to write it."""
        try:
            return parse_instant(str(value))
        except ValueError:
            self.fail(_("Write the instant like 2026-01-31 or 2026-01-31T00:00+08:00."), param, ctx)


@click.command("count")
@click.option("--region", "code", required=True, help="Code of a city or county.")
@click.option("--as-of", type=Day(), required=True, help="The day D.")
@click.option("--known-at", type=Instant(), help="The instant K; by default now.")
@click.option("--school-year", help="The window, e.g. 2024-2025; another than D's is a trial.")
@click.option("--rule-set", default=CURRENT_VERSION, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the count as JSON.")
@with_appcontext
@reporting
def count_command(
    code: str,
    as_of: date,
    known_at: datetime | None,
    school_year: str | None,
    rule_set: str,
    as_json: bool,
) -> None:
    """Count the communities of a region as of a day, as known at an instant."""
    question = Question(as_of, known_at, school_year, rule_set)
    count = count_region(code, question, actor=operator())
    if as_json:
        click.echo(json.dumps(count.as_json(), ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(_lines(count)))


def _lines(count: Count) -> list[str]:
    known = count.known_at.astimezone(SHANGHAI)
    head = _(
        "As of %(day)s · as known at %(instant)s · %(rules)s · school year %(year)s",
        day=count.period.as_of,
        instant=f"{known:%Y-%m-%d %H:%M}",
        rules=count.rule_set.version,
        year=count.period.school_year,
    )
    lines = [head]
    if count.is_trial:
        lines.append(_("Trial: this window does not belong to that day."))
    if count.city:
        lines += ["", _headline(count.city.name, count.city.counted, count.city.minimum)]
        if not count.city.every_county_met:
            lines.append(_("Not every county reaches its own minimum."))
    for region in count.regions:
        lines += ["", *_region_lines(region)]
    return lines


def _headline(name: str, counted: int, minimum: int | None) -> str:
    if minimum is None:
        return _("%(name)s: %(counted)d meet the conditions", name=name, counted=counted)
    met = _("reached") if counted >= minimum else _("%(count)d to go", count=minimum - counted)
    return _(
        "%(name)s: %(counted)d of %(minimum)d meet the conditions, %(met)s",
        name=name,
        counted=counted,
        minimum=minimum,
        met=met,
    )


def _region_lines(region: RegionCount) -> list[str]:
    coverage = _(
        "Rural schools: %(all)d, in a community %(inside)d, in one that counts %(counted)d",
        all=region.coverage.rural_schools,
        inside=region.coverage.in_community,
        counted=region.coverage.in_counted,
    )
    lines = [_headline(region.name, region.counted, region.minimum), coverage]
    if not region.communities:
        return lines
    header = [
        _("Code"),
        _("Community"),
        _("Verdict"),
        _("Open"),
        _("Reported"),
        _("Confirmed"),
        _("Counted"),
    ]
    rows = [header] + [_cells(community) for community in region.communities]
    lines += ["", *_table(rows, right=(4, 5, 6))]
    for community in region.communities:
        shown = [*community.hard_open, *community.warnings]
        if shown:
            lines += ["", f"{community.facts.code} {community.facts.name}"]
            lines += [f"  {_criterion(c)}" for c in shown]
            lines += [
                f"      → {remedy.message}" for c in community.hard_open for remedy in c.remedies
            ]
    return lines


def _cells(community: CommunityCount) -> list[str]:
    total = community.figures.total
    return [
        community.facts.code,
        community.facts.name,
        label(community.verdict),
        " ".join(c.id for c in community.hard_open) or "–",
        str(total.reported.rows),
        str(total.confirmed.rows),
        str(total.counted.rows),
    ]


def _criterion(criterion: CriterionResult) -> str:
    value, threshold = _value(criterion.value), _value(criterion.threshold)
    sign = _SIGNS[criterion.outcome]
    return f"{sign} {criterion.id} [{label(criterion.outcome)}] {value} / {threshold}  " + str(
        criterion.because
    )


def _value(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    return ",".join(f"{key}={number}" for key, number in value.items()) or "–"


def _width(text: str) -> int:
    """Columns of the terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _table(rows: list[list[str]], right: tuple[int, ...]) -> list[str]:
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]

    def pad(cell: str, i: int) -> str:
        gap = " " * (widths[i] - _width(cell))
        return gap + cell if i in right else cell + gap

    return ["  ".join(pad(cell, i) for i, cell in enumerate(row)).rstrip() for row in rows]
