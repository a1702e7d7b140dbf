"""Reports on the small world: what hostile text does, who may have one, what stays as issued."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from html5lib import HTMLParser
from sqlalchemy import select

from community.access import Actor, Permission, Role, permission_is_held
from community.accounts.services import actor_of_account
from community.activities.models import ActivityEvidence, Confirmation
from community.activities.rules import ActivityKind, Sheet
from community.communities.models import (
    Charter,
    Community,
    Meeting,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
)
from community.journal.models import AccessKind, AccessLogEntry, JournalHead
from community.journal.rules import chain_of
from community.kernel import clock, pdf, storage
from community.kernel.database import session, transaction
from community.kernel.errors import AccessDeniedError, NotFoundError
from community.kernel.i18n import use_locale
from community.registry.models import Division, School
from community.reports import documents, services
from community.reports.models import IssuedReport
from community.reports.rules.kinds import ReportKind, ReportOrder
from community.resource_transfers.models import ResourceTransfer
from community.shared_teaching.models import SharedTeachingSession
from community.walking_teaching.models import WalkingTeachingSession
from tests.conftest import OPERATOR, Recording
from tests.factories import (
    ActivityEvidenceFactory,
    ActivityFactory,
    ActivityReceiverFactory,
    CharterFactory,
    CharterVersionFactory,
    ConfirmationFactory,
    MeetingFactory,
    MeetingVersionFactory,
    ObjectiveFactory,
    ObjectiveVersionFactory,
    ResourceTransferFactory,
    SharedTeachingSessionFactory,
    WalkingTeachingSessionFactory,
)
from tests.reports.conftest import KNOWN_AT, Pdf, order_of
from tests.world import Corner, World

SCRIPT = '"><script>alert(1)</script>'
HOSTILE = (
    f"{SCRIPT}<img src=http://127.0.0.1:9/c><svg onload=x><link rel=attachment "
    "href=file:///etc/passwd>{{7*7}}%(name)s&lt;/* } */ url(http://127.0.0.1:9/c)"
)
# Every text that somebody can type and a report shows.
TYPED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Division, ("name",)),
    (Community, ("name",)),
    (School, ("name",)),
    (MembershipVersion, ("responsible_person",)),
    (Charter, ("name",)),
    (Objective, ("content",)),
    (ObjectiveVersion, ("target_value", "achieved_value")),
    (Meeting, ("topic",)),
    (Confirmation, ("confirmer_name",)),
    (ActivityEvidence, ("reference",)),
    (SharedTeachingSession, ("grade", "topic", "lecturer_name")),
    (WalkingTeachingSession, ("teacher_name", "slots_text")),
    (ResourceTransfer, ("content", "unit")),
)
# What our own templates write.
ELEMENTS = {
    *("html", "head", "meta", "title", "link", "body", "section", "nav", "main", "div", "p", "b"),
    *("br", "span", "ol", "ul", "li", "a", "h1", "h2", "h3", "table", "caption", "colgroup", "col"),
    *("thead", "tbody", "tfoot", "tr", "th", "td", "figure", "svg", "g", "path", "rect", "text"),
    *("circle", "desc", "defs", "pattern", "tspan"),
}


@pytest.fixture
def hostile(recording: Recording, world: World) -> None:
    """A record of each ledger that counts and one that does not, papers of the own community;
    then every text that somebody can type is hostile."""
    own = world.own
    with recording():
        community = session().get_one(Community, own.community_id)
        for is_counted in (True, False):
            lesson = _activity(own, Sheet.SHARED_TEACHING, is_counted=is_counted)
            SharedTeachingSessionFactory.create(of=lesson)
            visit = _activity(own, Sheet.WALKING_TEACHING, is_counted=is_counted)
            WalkingTeachingSessionFactory.create(of=visit)
            transfer = _activity(own, Sheet.RESOURCE_TRANSFERS, is_counted=is_counted)
            ResourceTransferFactory.create(of=transfer)
        CharterVersionFactory.create(of=CharterFactory.create(community=community))
        ObjectiveVersionFactory.create(of=ObjectiveFactory.create(community=community))
        MeetingVersionFactory.create(of=MeetingFactory.create(community=community))
        session().flush()
        for model, names in TYPED:
            for number, row in enumerate(session().scalars(select(model))):
                for name in names:
                    longest = model.__table__.columns[name].type.length
                    setattr(row, name, f"{number}{HOSTILE}"[:longest])


KINDS = {
    Sheet.SHARED_TEACHING: ActivityKind.SYNCHRONOUS_CLASS,
    Sheet.WALKING_TEACHING: ActivityKind.WALKING_TEACHING,
    Sheet.RESOURCE_TRANSFERS: ActivityKind.BOOKS,
}


def _activity(own: Corner, sheet: Sheet, *, is_counted: bool) -> Any:
    activity = ActivityFactory.create(
        sheet=sheet,
        kind=KINDS[sheet],
        community=session().get_one(Community, own.community_id),
        giver=session().get_one(School, own.lead_id),
    )
    receiver = ActivityReceiverFactory.create(
        of=activity, school=session().get_one(School, own.member_id)
    )
    if is_counted:
        ConfirmationFactory.create(of=receiver, county=session().get_one(Division, own.county_id))
        ActivityEvidenceFactory.create(of=activity)
    return activity


# --- hostile text -----------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("code", ["JD-01", "445203", "445200"])
def test_hostile_text_stays_text(
    app: Flask, world: World, hostile: None, code: str, locale: str
) -> None:
    with app.app_context(), use_locale(locale):
        make = services.community_report if code == "JD-01" else services.region_report
        html = documents.build_document(make(order_of(code, locale), actor=OPERATOR))
    parser = HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    found = Counter(str(e.tag).rpartition("}")[2] for e in root.iter() if isinstance(e.tag, str))
    assert set(found) <= ELEMENTS, "an element that no template wrote"
    assert found["link"] == 2
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not str(name).startswith("on")
            assert "127.0.0.1" not in value or name in ("alt", "content"), (name, value)
        if element.tag == "a":
            assert element.attrib["href"].startswith("#")
    texts = " ".join("".join(root.itertext()).split())
    assert texts.count(SCRIPT) >= (30 if code == "JD-01" else 10)
    assert "{{7*7}}" in texts
    assert ("%(name)s" in texts) == (code == "JD-01") or code != "JD-01"


@pytest.mark.once
def test_the_same_data_give_the_same_bytes_on_another_day(
    app: Flask,
    world: World,
    hostile: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """And what is hostile is neither loaded nor attached: it stands there."""
    now = clock.now()
    made = []
    for days in (0, 1):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        with app.app_context():
            made.append(services.print_report(order_of("JD-01"), actor=OPERATOR))
    first, second = (one.printed.content for one in made)
    assert first == second
    assert made[0].printed.pages_count > 10

    path = tmp_path / "report.pdf"
    path.write_bytes(first)
    printed = Pdf(path)
    assert printed.attachments == "0 embedded files"
    assert any("<script>alert(1)</script>" in sheet.text for sheet in printed.sheets)


# --- who, and what stays ----------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are laid out elsewhere; here it matters what becomes of them."""
    monkeypatch.setattr(pdf, "render", lambda *_args, **_named: pdf.Printed(b"%PDF-1.7", 3))


def actor_with(world: World, role: Role) -> Actor:
    found = actor_of_account(world.account_ids[role])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("role", "code", "refusal"),
    [
        (Role.SYSTEM_ADMINISTRATOR, "445200", None),
        (Role.CITY_OFFICIAL, "445200", None),
        (Role.CITY_OFFICIAL, "445281", None),
        (Role.CITY_OFFICIAL, "PN-01", None),
        (Role.CITY_OFFICIAL, "XX-01", NotFoundError),
        (Role.DISTRICT_OFFICIAL, "445203", None),
        (Role.DISTRICT_OFFICIAL, "JD-02", None),
        (Role.DISTRICT_OFFICIAL, "445200", NotFoundError),
        (Role.DISTRICT_OFFICIAL, "PN-01", NotFoundError),
        (Role.LEAD_SCHOOL_ADMINISTRATOR, "JD-01", None),
        (Role.LEAD_SCHOOL_ADMINISTRATOR, "JD-02", NotFoundError),
        (Role.LEAD_SCHOOL_ADMINISTRATOR, "445203", NotFoundError),
        (Role.SCHOOL_CLERK, "JD-01", AccessDeniedError),
        (Role.VIEWER, "JD-01", AccessDeniedError),
        (Role.VIEWER, "445203", AccessDeniedError),
        (Role.SYSTEM_ADMINISTRATOR, "nothing", NotFoundError),
    ],
)
def test_who_may_have_a_report_on_what(
    app: Flask, world: World, role: Role, code: str, refusal: type[Exception] | None
) -> None:
    with app.app_context():
        actor = actor_with(world, role)
        if refusal is None:
            assert services.subject_of(code, actor=actor).code == code
            assert code in dict(services.offer(actor=actor, code=code)[0])
            return
        with pytest.raises(refusal):
            services.subject_of(code, actor=actor)
        with pytest.raises(refusal):
            services.print_report(order_of(code), actor=actor)
        if permission_is_held(actor, Permission.REPORT_ISSUE):
            assert code not in dict(services.offer(actor=actor, code=code)[0])


def issue(code: str, actor: Actor) -> IssuedReport:
    made = services.print_report(order_of(code), actor=actor)
    services.keep_file(made)
    with transaction():
        return services.issue(made, actor=actor)


@pytest.mark.parametrize(
    ("code", "kind", "answer"),
    [
        ("JD-01", ReportKind.COMMUNITY, "not_counted"),
        ("445203", ReportKind.COUNTY, "0/6"),
        ("445200", ReportKind.CITY, "0/10"),
    ],
)
def test_an_issued_report_stays_as_it_was(
    app: Flask, world: World, quick: None, code: str, kind: ReportKind, answer: str
) -> None:
    with app.app_context():
        before = chain_heads()
        kept = issue(code, OPERATOR)
        assert (kept.kind, kept.answer, kept.pages_count) == (kind, answer, 3)
        assert (kept.school_year, kept.known_at) == ("2024-2025", KNOWN_AT)
        assert services.file_of(kept).read() == b"%PDF-1.7"
        assert kept.file_name == f"{code}-2025-12-31-known-20260131T0000-zh.pdf"
        assert chain_heads() == before, "issuing is no fact"
        noted = session().scalars(select(AccessLogEntry)).all()
        assert [(one.kind, one.what) for one in noted] == [(AccessKind.PRINTED, f"{kind}:{code}")]


def chain_heads() -> dict[str, str]:
    return {head.chain: head.entry_hash for head in session().scalars(select(JournalHead))}


def test_it_names_the_state_of_the_journal(app: Flask, world: World, quick: None) -> None:
    with app.app_context():
        head = chain_heads()[chain_of(world.own.county_id)]
        assert issue("445203", OPERATOR).journal_heads.endswith(head)
        assert len(issue("445200", OPERATOR).journal_heads.splitlines()) == 2


def test_a_file_that_was_changed_is_not_handed_out(app: Flask, world: World, quick: None) -> None:
    with app.app_context():
        kept = issue("JD-01", OPERATOR)
        storage.put(kept.storage_key, b"%PDF-1.7 changed")
        with pytest.raises(NotFoundError):
            services.file_of(kept)
        storage.delete([kept.storage_key])
        with pytest.raises(NotFoundError):
            services.file_of(kept)


def test_everybody_sees_the_reports_of_their_own_place(
    app: Flask, world: World, quick: None
) -> None:
    with app.app_context():
        for code in ("JD-01", "JD-02", "PN-01", "XX-01", "445203", "445200"):
            issue(code, OPERATOR)
        seen = {
            role: sorted(
                row.IssuedReport.code
                for row in services.issued_reports(actor=actor_with(world, role)).rows
            )
            for role in Role
        }
    county = ["445203", "JD-01", "JD-02"]
    assert seen[Role.SYSTEM_ADMINISTRATOR] == ["445200", *county, "PN-01", "XX-01"]
    assert seen[Role.CITY_OFFICIAL] == ["445200", *county, "PN-01"]
    assert seen[Role.DISTRICT_OFFICIAL] == seen[Role.VIEWER] == county
    assert seen[Role.LEAD_SCHOOL_ADMINISTRATOR] == seen[Role.SCHOOL_CLERK] == ["JD-01"]


def test_an_order_comes_back_from_a_job_as_it_was() -> None:
    order = order_of("JD-01", "en")
    assert ReportOrder.from_json(order.as_json()) == order
