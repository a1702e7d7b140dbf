"""The monthly confirmation sheet (月度确认单): printed, signed once, and entered once."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from community.access import Actor, Permission, Place, allows, require
from community.accounts.queries import is_demonstration
from community.activities import documents
from community.activities.models import Activity, ConfirmationSheet
from community.activities.queries import city_of, lists
from community.activities.queries import monthly as queries
from community.activities.queries.lists import ActivityRow
from community.activities.queries.monthly import OpenMonth, SheetRow
from community.activities.rules import GoodsFaultError, GoodsLine, Receipt, ReceiptDraft
from community.activities.services.confirming import (
    PAPER_LENGTH,
    Paper,
    confirm_from_paper,
    sort_receipts,
)
from community.activities.services.goods import goods_lines
from community.evidence.models import Attachment
from community.evidence.rules import Chosen
from community.evidence.services import link_uploads
from community.jobs.models import Job
from community.jobs.rules import File, Progress, Unwatched
from community.jobs.services import enqueue
from community.kernel import clock, pdf
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message, gettext, use_locale
from community.registry.models import School

JOB: Final = "activities.confirmation_sheet"
_LIMITS: Final = pdf.Limits(cpu_seconds=120)
_UNWATCHED: Final = Unwatched()
_NOTHING_STATED: Final[Mapping[int, ReceiptDraft]] = {}


@dataclass(frozen=True)
class OpenedSheet:
    """A sheet with its records as they are now: why some can no longer be confirmed by it."""

    sheet: ConfirmationSheet
    school_name: str
    rows: Sequence[ActivityRow]
    refused: Mapping[int, Message]
    is_on_behalf: bool  # for the reader, who would confirm it
    goods: Mapping[int, tuple[GoodsLine, ...]]  # of records that can still be confirmed

    @property
    def number(self) -> str:
        """Its number on paper."""
        return number_of(self.sheet)

    @property
    def open_count(self) -> int:
        """How many of its records can still be confirmed."""
        return len(self.rows) - len(self.refused)


def number_of(sheet: ConfirmationSheet) -> str:
    """The number that stands on a sheet: month, and a number of its own."""
    return f"{sheet.month}-{sheet.id:05}"


def overview(*, actor: Actor) -> tuple[list[OpenMonth], list[SheetRow]]:
    """What is open, month by month, and the sheets printed last."""
    if not may_print(actor):
        require(actor, Permission.ACTIVITY_CONFIRM)
    current = session()
    return queries.open_months(current, actor), queries.latest_sheets(current, actor)


def may_print(actor: Actor) -> bool:
    """Schools print theirs, and the district those of its schools."""
    return allows(actor, Permission.ACTIVITY_CONFIRM) or allows(
        actor, Permission.ACTIVITY_CONFIRM_ON_BEHALF
    )


def print_sheet(school_id: int, month: int, locale: str, *, actor: Actor) -> Job:
    """Note what a school has not confirmed of a month (202411), and have the sheet made.

    Raises NotFoundError for a school that is not the actor's, RuleViolationError when nothing is
    open.
    """
    school = session().get(School, school_id)
    if school is None or not 1 <= month % 100 <= 12 or not 1949 <= month // 100 <= 9998:
        raise NotFoundError
    _require(school.id, school.county_id, actor)
    first = date(month // 100, month % 100, 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    ids = queries.open_records(session(), school_id, first, last)
    if not ids:
        raise RuleViolationError(N_("The school has confirmed all of that month already."))
    sheet = ConfirmationSheet(
        school_id=school_id,
        county_id=school.county_id,
        month=month,
        activity_ids=ids,
        printed_at=clock.now(),
        printed_by=actor.actor_name,
    )
    session().add(sheet)
    session().flush()  # its number is printed
    return enqueue(
        JOB,
        {"sheet_id": sheet.id, "locale": locale},
        title=Message(
            N_("Monthly confirmation sheet: %(school)s, %(month)s"),
            {"school": school.name, "month": f"{first:%Y-%m}"},
        ),
        actor=actor,
        county_id=school.county_id,
    )


def sheet_file(
    sheet_id: int, locale: str, *, actor: Actor, progress: Progress = _UNWATCHED
) -> File:
    """The sheet as a PDF, exactly the records that were noted when it was ordered."""
    sheet = _sheet(sheet_id, actor)
    with use_locale(locale):
        progress.step(0, 1, Message(N_("The pages are being laid out.")))
        school = session().get_one(School, sheet.school_id).name
        rows = lists.activity_rows(session(), sheet.activity_ids)
        page = documents.SheetPage(
            number=number_of(sheet),
            school=school,
            year=sheet.month // 100,
            month=sheet.month % 100,
            rows=rows,
            goods=_goods(sheet, rows),
            printed_at=sheet.printed_at,
            is_demonstration=is_demonstration(),
        )
        printed = pdf.render(documents.build_sheet_page(page), limits=_LIMITS)
        name = f"{gettext('Monthly confirmation sheet')} {school} {number_of(sheet)}.pdf"
    return File(name, "application/pdf", printed.content)


def open_sheet(sheet_id: int, *, actor: Actor) -> OpenedSheet:
    """A sheet that the actor may enter. Raises NotFoundError."""
    sheet = _sheet(sheet_id, actor)
    is_on_behalf = actor.school_id is None
    receipts = _receipts(sheet)
    fitting, refused = sort_receipts(receipts, actor, is_on_behalf=is_on_behalf)
    return OpenedSheet(
        sheet,
        session().get_one(School, sheet.school_id).name,
        lists.activity_rows(session(), sheet.activity_ids),
        {activity_id: said for (activity_id, _), said in refused.items()},
        is_on_behalf,
        _goods(sheet, [found.activity for found, _ in fitting]),
    )


def _goods(
    sheet: ConfirmationSheet, records: Iterable[Activity | ActivityRow]
) -> Mapping[int, tuple[GoodsLine, ...]]:
    """The lines of those records that are goods, as the school of the sheet would receive them."""
    found = goods_lines([((one.id, sheet.school_id), one.sheet) for one in records])
    return {activity_id: lines for (activity_id, _), lines in found.items()}


def confirm_sheet(
    sheet_id: int,
    reference: str,
    photographs: Sequence[Chosen],
    received: Mapping[int, ReceiptDraft] = _NOTHING_STATED,
    *,
    actor: Actor,
) -> tuple[list[Activity], Mapping[Receipt, Message]]:
    """Confirm what stands on a signed sheet and is unchanged since it was printed: by the school,
    or by the district on its behalf; of goods what the sheet says that arrived, by record. What
    could not be confirmed, and why.

    Raises NotFoundError, and RuleViolationError without a photograph and without a reference, for
    a statement that cannot be true, or when nothing of it can be confirmed.
    """
    sheet = _sheet(sheet_id, actor, is_locked=True)
    said = reference.strip()
    if not said and not photographs:
        raise RuleViolationError(
            N_("Photograph the signed sheet, or give its archive number."), field="paper"
        )
    attachments = link_uploads(photographs[:1], actor=actor)
    number = number_of(sheet)
    paper = Paper(f"{number} {said}".strip()[:PAPER_LENGTH], is_on_behalf=actor.school_id is None)
    stated = {(activity_id, sheet.school_id): draft for activity_id, draft in received.items()}
    try:
        done, refused = confirm_from_paper(_receipts(sheet), paper, actor=actor, received=stated)
    except GoodsFaultError as error:
        raise RuleViolationError(error.message, field=_field_of(error)) from error
    if not done:
        raise RuleViolationError(
            N_("Nothing of this sheet can be confirmed: each record below says why.")
        )
    sheet.confirmed_at, sheet.confirmed_by = clock.now(), actor.actor_name
    sheet.paper_reference = paper.reference
    if attachments:
        sheet.attachment_id = attachments[0].id
    return done, refused


def _field_of(error: GoodsFaultError) -> str | None:
    """The field of the form at fault: all goods of a sheet have one day."""
    is_shared = error.field in (None, "received_on")
    return error.field if is_shared else f"goods-{error.receipt[0]}-{error.field}"


def sheet_paper(sheet_id: int, *, actor: Actor) -> Attachment:
    """The photograph of the signed sheet. Raises NotFoundError where there is none."""
    sheet = _sheet(sheet_id, actor)
    found = queries.photograph(session(), sheet.attachment_id)
    if found is None:
        raise NotFoundError
    return found


def _receipts(sheet: ConfirmationSheet) -> list[Receipt]:
    return [(activity_id, sheet.school_id) for activity_id in sheet.activity_ids]


def _sheet(sheet_id: int, actor: Actor, *, is_locked: bool = False) -> ConfirmationSheet:
    found = queries.sheet(session(), sheet_id, is_locked=is_locked)
    if found is None:
        raise NotFoundError
    _require(found.school_id, found.county_id, actor)
    return found


def _require(school_id: int, county_id: int, actor: Actor) -> None:
    if actor.school_id is not None:
        require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
        return
    place = Place(city_id=city_of(session(), county_id), county_id=county_id)
    require(actor, Permission.ACTIVITY_CONFIRM_ON_BEHALF, place)
