"""Every route × role × place: own county, a sibling community in it, another county, another city.

A row says what each role gets: a status, or `+` for "may", whatever the answer is (a page, a form
with errors, a redirect). What belongs to another tenant does not exist: 404. What the role may
nowhere do: 403. Written by hand, not derived from the policy, so that the two check each other.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.access import Role
from community.activities.rules import Sheet
from community.audits.services import CURRENT_VERSION
from community.communities.models import Community, Membership
from community.jobs.models import Job
from community.jobs.rules import JobState, pack
from community.kernel import storage
from community.kernel.i18n import Message
from community.registry.models import School
from community.web.extensions import db
from tests.activities.records import record
from tests.conftest import SERVER, Recording, SignInAs
from tests.factories import (
    RECORDED_AT,
    CharterFactory,
    CharterVersionFactory,
    CommunityFactory,
    CommunityVersionFactory,
    DesignationFactory,
    ImportBatchCountyFactory,
    ImportBatchFactory,
    IssuedReportFactory,
    JobFactory,
    MembershipFactory,
    MembershipVersionFactory,
    PendingImportFactory,
    SchoolDistrictFactory,
    SchoolDistrictMemberFactory,
    SchoolDistrictVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
    UserAccountFactory,
    WaiverFactory,
)
from tests.world import Corner, World

ROLES = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.CITY_OFFICIAL,
    Role.DISTRICT_OFFICIAL,
    Role.LEAD_SCHOOL_ADMINISTRATOR,
    Role.SCHOOL_CLERK,
    Role.VIEWER,
)


@dataclass(frozen=True)
class Target:
    """What an address can name at one place."""

    county_code: str
    community_code: str
    account_id: int
    job_id: int = 1
    pending_id: int = 1
    batch_id: int = 1
    membership_id: int = 1
    charter_id: int = 1
    waiver_id: int = 1
    school_id: int = 1
    county_id: int = 1
    designation_id: int = 1
    district_id: int = 1
    district_member_id: int = 1
    activity_id: int = 1
    visit_id: int = 1
    transfer_id: int = 1
    report_id: int = 1


# Of a community of another county in which the clerk's school takes part.
JOINED = "joined"
PLACES = ("own", "sibling", "other", "elsewhere", JOINED)
Row = tuple[str, Callable[[Target], str], Mapping[str, str]]


def _of_pending(path: str) -> Callable[[Target], str]:
    return lambda at: f"/imports/pending/{at.pending_id}/{path}"


def anywhere(cells: str) -> dict[str, str]:
    """A route without a place in its address."""
    return {"own": cells}


def fixed(path: str) -> Callable[[Target], str]:
    return lambda _target: path


def of_school(path: str) -> Callable[[Target], str]:
    return lambda at: f"/schools/{at.school_id}/" + path.format(at=at)


def of_district(path: str) -> Callable[[Target], str]:
    return lambda at: f"/school-districts/{at.district_id}/" + path.format(at=at)


def of_community(path: str) -> Callable[[Target], str]:
    return lambda at: f"/communities/{at.community_code}/" + path.format(at=at)


EVERYBODY = anywhere("+ + + + + +")
COUNTY = {
    #           admin city district lead clerk viewer
    "own": "      +    +     +     403  403   +",
    "other": "    +    +    404    403  403  404",
    "elsewhere": "+   404   404    403  403  404",
}
COMMUNITY = {
    "own": "      +    +     +      +    +    +",
    "sibling": "  +    +     +     404  404   +",
    "other": "    +    +    404    404  404  404",
    "elsewhere": "+   404   404    404  404  404",
    "joined": "   +    +     +     404   +    +",
}
REPORT = {
    "own": "      +    +     +      +    +    +",
    "sibling": "  +    +     +     404  404   +",
    "other": "    +    +    404    404  404  404",
    "elsewhere": "+   404   404    404  404  404",
}
OFFICIALS = anywhere("+    +     +     403  403  403")
ACCOUNT = {
    "own": "      +    +     +     403  403  403",
    "other": "    +    +    404    403  403  403",
    "elsewhere": "+   404   404    403  403  403",
}
COMMUNITY_EDITORS = {
    "own": "      +    +     +     403  403  403",
    "sibling": "  +    +     +     403  403  403",
    "other": "    +    +    404    403  403  403",
    "elsewhere": "+   404   404    403  403  403",
    "joined": "   +    +    403    403  403  403",
}
# Who sees a record may be told that deciding about it is for others.
DECIDERS = {
    "own": "      +    +     +     403  403  403",
    "sibling": "  +    +     +     404  404  403",
    "other": "    +    +    404    404  404  404",
    "elsewhere": "+   404   404    404  404  404",
    "joined": "   +    +    403    404  403  403",
}
SCHOOL = {
    "own": "      +    +     +      +    +    +",
    "sibling": "  +    +     +     404  404   +",
    "other": "    +    +    404    404  404  404",
    "elsewhere": "+   404   404    404  404  404",
    "joined": "   +    +     +     404   +    +",
}
REGISTRARS = {
    "own": "      +    +     +     403  403  403",
    "other": "    +    +    404    403  403  403",
    "elsewhere": "+   404   404    403  403  403",
}
DIVISION_EDITORS = {
    "own": "      +    +    403    403  403  403",
    "other": "    +    +    403    403  403  403",
    "elsewhere": "+   404   403    403  403  403",
}
READERS = anywhere("+      +     +     403  403   +")
ADMINISTRATORS = anywhere("+   403   403    403  403  403")
# What is handed in is its owner's alone: the district official's.
PENDING = {
    "own": "    404   404     +    403   403  403",
    "other": "  404   404    404   403   403  403",
    "elsewhere": "404 404    404   403   403  403",
}
BATCH = {
    "own": "      +    +     +     403   403  403",
    "other": "    +    +    404    403   403  403",
    "elsewhere": "+   404   404    403   403  403",
}
# Jobs are one's own: those at a place were asked for by its district official.
JOB = {
    "own": "      +   404     +    404   404  404",
    "other": "    +   404    404   404   404  404",
    "elsewhere": "+   404    404   404   404  404",
}

MATRIX: dict[str, Row] = {
    "pages.home": ("GET", fixed("/"), EVERYBODY),
    "pages.region": ("GET", lambda at: f"/regions/{at.county_code}", COUNTY),
    "pages.community": ("GET", lambda at: f"/communities/{at.community_code}", COMMUNITY),
    "pages.criterion": (
        "GET",
        lambda at: f"/communities/{at.community_code}/criteria/O1",
        COMMUNITY,
    ),
    "communities.communities": ("GET", fixed("/communities"), EVERYBODY),
    "communities.export_communities": ("POST", fixed("/communities/export"), EVERYBODY),
    "communities.new_community": ("GET", fixed("/communities/new"), OFFICIALS),
    "communities.create_community": ("POST", fixed("/communities/new"), OFFICIALS),
    **{
        f"communities.{page}": ("GET", of_community(page), COMMUNITY)
        for page in ("facts", "members", "documents", "objectives", "meetings", "history")
    },
    **{
        f"communities.{endpoint}": (method, of_community(path), COMMUNITY_EDITORS)
        for endpoint, method, path in (
            ("community_form", "GET", "edit"),
            ("change_community", "POST", "edit"),
            ("revocation_form", "GET", "waivers/{at.waiver_id}/revoke"),
            ("revoke_waiver", "POST", "waivers/{at.waiver_id}/revoke"),
            ("new_member", "GET", "members/new"),
            ("add_member", "POST", "members/new"),
            ("member_form", "GET", "members/{at.membership_id}/person"),
            ("change_member", "POST", "members/{at.membership_id}/person"),
            ("signatures", "GET", "signatures"),
            ("record_signatures", "POST", "signatures"),
            ("new_thing", "GET", "charters/new"),
            ("create_thing", "POST", "charters/new"),
            ("thing_form", "GET", "charters/{at.charter_id}"),
            ("update_thing", "POST", "charters/{at.charter_id}"),
            ("withdrawal_form", "GET", "charters/{at.charter_id}/withdraw"),
            ("withdraw_thing", "POST", "charters/{at.charter_id}/withdraw"),
        )
    },
    "pages.region_records": ("GET", lambda at: f"/regions/{at.county_code}/records", COUNTY),
    "pages.coverage": ("GET", lambda at: f"/regions/{at.county_code}/coverage", COUNTY),
    "pages.region_missing": ("GET", lambda at: f"/regions/{at.county_code}/missing", COUNTY),
    "pages.export_region_missing": (
        "POST",
        lambda at: f"/regions/{at.county_code}/missing/export",
        COUNTY,
    ),
    "pages.compare_region": ("GET", lambda at: f"/regions/{at.county_code}/compare", COUNTY),
    "pages.community_records": (
        "GET",
        lambda at: f"/communities/{at.community_code}/records",
        COMMUNITY,
    ),
    "pages.community_missing": (
        "GET",
        lambda at: f"/communities/{at.community_code}/missing",
        COMMUNITY,
    ),
    "pages.export_community_missing": (
        "POST",
        lambda at: f"/communities/{at.community_code}/missing/export",
        COMMUNITY,
    ),
    "pages.compare_community": (
        "GET",
        lambda at: f"/communities/{at.community_code}/compare",
        COMMUNITY,
    ),
    "pages.schools": ("GET", fixed("/schools"), EVERYBODY),
    "pages.export_schools": ("POST", fixed("/schools/export"), EVERYBODY),
    "pages.school": ("GET", lambda at: f"/schools/{at.school_id}", SCHOOL),
    "pages.school_history": ("GET", of_school("history"), SCHOOL),
    "registry.new_school": ("GET", fixed("/schools/new"), OFFICIALS),
    "registry.create_school": ("POST", lambda at: f"/schools/new/{at.county_id}", REGISTRARS),
    **{
        f"registry.{endpoint}": (method, of_school(path), REGISTRARS)
        for endpoint, method, path in (
            ("school_facts", "GET", "facts"),
            ("update_school", "POST", "facts"),
            ("school_name", "GET", "name"),
            ("rename_school", "POST", "name"),
            ("add_alias", "POST", "aliases"),
            ("remove_alias", "POST", "aliases/1/remove"),
            ("urban_flag", "GET", "urban"),
            ("flag_urban", "POST", "urban"),
            ("designations", "GET", "designations"),
            ("designate_school", "POST", "designations"),
            ("designation", "GET", "designations/{at.designation_id}"),
            ("end_designation", "POST", "designations/{at.designation_id}/end"),
            ("withdraw_designation", "POST", "designations/{at.designation_id}/withdraw"),
            ("school_figures", "GET", "figures"),
            ("record_figures", "POST", "figures"),
            ("closure", "GET", "closure"),
            ("close_school", "POST", "closure"),
            ("reopen_school", "POST", "reopen"),
            ("legal_school", "GET", "legal-school"),
            ("set_legal_school", "POST", "legal-school"),
        )
    },
    "registry.districts": ("GET", fixed("/school-districts"), READERS),
    "registry.district": ("GET", lambda at: f"/school-districts/{at.district_id}", COUNTY),
    "registry.new_district": ("GET", fixed("/school-districts/new"), OFFICIALS),
    "registry.create_district": (
        "POST",
        lambda at: f"/school-districts/new/{at.county_id}",
        REGISTRARS,
    ),
    **{
        f"registry.{endpoint}": (method, of_district(path), REGISTRARS)
        for endpoint, method, path in (
            ("edit_district", "GET", "edit"),
            ("update_district", "POST", "edit"),
            ("dissolution", "GET", "dissolution"),
            ("dissolve_district", "POST", "dissolution"),
            ("new_stay", "GET", "townships/new"),
            ("add_member", "POST", "members/new"),
            ("add_township", "POST", "townships/new"),
            ("stay", "GET", "members/{at.district_member_id}"),
            ("end_stay", "POST", "members/{at.district_member_id}/end"),
            ("withdraw_stay", "POST", "members/{at.district_member_id}/withdraw"),
        )
    },
    "registry.divisions": ("GET", fixed("/divisions"), READERS),
    "registry.division": ("GET", lambda at: f"/divisions/{at.county_code}", COUNTY),
    "registry.edit_division": (
        "GET",
        lambda at: f"/divisions/{at.county_code}/edit",
        DIVISION_EDITORS,
    ),
    "registry.update_division": (
        "POST",
        lambda at: f"/divisions/{at.county_code}/edit",
        DIVISION_EDITORS,
    ),
    "registry.school_years": ("GET", fixed("/school-years"), READERS),
    "registry.new_school_year": ("GET", fixed("/school-years/new"), ADMINISTRATORS),
    "registry.add_school_year": ("POST", fixed("/school-years/new"), ADMINISTRATORS),
    "registry.school_year": ("GET", fixed("/school-years/2024-2025"), ADMINISTRATORS),
    "registry.update_school_year": ("POST", fixed("/school-years/2024-2025"), ADMINISTRATORS),
    "activities.activities": ("GET", fixed("/activities"), EVERYBODY),
    "activities.export_activities": ("POST", fixed("/activities/export"), EVERYBODY),
    "activities.activity": ("GET", lambda at: f"/activities/{at.activity_id}", COMMUNITY),
    "activities.decision": ("GET", lambda at: f"/activities/{at.activity_id}/disallow", COMMUNITY),
    "activities.decide": (
        "POST",
        lambda at: f"/activities/{at.activity_id}/disallow",
        DECIDERS,
    ),
    "shared_teaching.session": (
        "GET",
        lambda at: f"/shared-teaching/{at.activity_id}",
        COMMUNITY,
    ),
    "walking_teaching.session": ("GET", lambda at: f"/walking-teaching/{at.visit_id}", COMMUNITY),
    "resource_transfers.transfer": (
        "GET",
        lambda at: f"/resource-transfers/{at.transfer_id}",
        COMMUNITY,
    ),
    "pages.rule_set": ("GET", fixed(f"/rule-sets/{CURRENT_VERSION}"), EVERYBODY),
    "reports.reports": ("GET", fixed("/reports"), EVERYBODY),
    "reports.new_report": ("GET", fixed("/reports/new"), anywhere("+ + + + 403 403")),
    "reports.order_report": ("POST", fixed("/reports/new"), anywhere("+ + + + 403 403")),
    "reports.report": ("GET", lambda at: f"/reports/{at.report_id}", REPORT),
    "reports.file": ("GET", lambda at: f"/reports/{at.report_id}/file", REPORT),
    "accounts.sign_out": ("POST", fixed("/sign-out"), EVERYBODY),
    "accounts.own_account": ("GET", fixed("/account"), EVERYBODY),
    "accounts.end_other_sessions": ("POST", fixed("/account/sessions/end-others"), EVERYBODY),
    "accounts.password": ("GET", fixed("/account/password"), EVERYBODY),
    "accounts.change_password": ("POST", fixed("/account/password"), EVERYBODY),
    "accounts.accounts": ("GET", fixed("/accounts"), OFFICIALS),
    "accounts.new_account": ("GET", fixed("/accounts/new"), OFFICIALS),
    "accounts.create_account": ("POST", fixed("/accounts/new"), OFFICIALS),
    "accounts.account": ("GET", lambda at: f"/accounts/{at.account_id}", ACCOUNT),
    "accounts.update_account": ("POST", lambda at: f"/accounts/{at.account_id}", ACCOUNT),
    "accounts.disable_account": (
        "POST",
        lambda at: f"/accounts/{at.account_id}/disable",
        ACCOUNT,
    ),
    "accounts.enable_account": ("POST", lambda at: f"/accounts/{at.account_id}/enable", ACCOUNT),
    "accounts.reset_password": (
        "POST",
        lambda at: f"/accounts/{at.account_id}/password",
        ACCOUNT,
    ),
    "journal.entries": ("GET", fixed("/journal"), OFFICIALS),
    "journal.accesses": ("GET", fixed("/journal/access"), OFFICIALS),
    "imports.batches": ("GET", fixed("/imports"), OFFICIALS),
    "imports.new_import": ("GET", fixed("/imports/new"), OFFICIALS),
    "imports.stage_files": ("POST", fixed("/imports/new"), OFFICIALS),
    "imports.template": ("GET", fixed("/imports/templates/ledger.xlsx"), OFFICIALS),
    "imports.pending": ("GET", lambda at: f"/imports/pending/{at.pending_id}", PENDING),
    "imports.marked_file": (
        "GET",
        lambda at: f"/imports/pending/{at.pending_id}/files/0",
        PENDING,
    ),
    **{
        f"imports.{endpoint}": ("POST", _of_pending(path), PENDING)
        for endpoint, path in (
            ("choose_schools", "schools"),
            ("confirm", "confirm"),
            ("retry", "retry"),
            ("discard", "discard"),
        )
    },
    "imports.batch": ("GET", lambda at: f"/imports/{at.batch_id}", BATCH),
    "imports.undo": ("GET", lambda at: f"/imports/{at.batch_id}/undo", BATCH),
    "imports.undo_batch": ("POST", lambda at: f"/imports/{at.batch_id}/undo", BATCH),
    "jobs.jobs": ("GET", fixed("/jobs"), EVERYBODY),
    "jobs.job": ("GET", lambda at: f"/jobs/{at.job_id}", JOB),
    "jobs.cancel_job": ("POST", lambda at: f"/jobs/{at.job_id}/cancel", JOB),
    "jobs.result": ("GET", lambda at: f"/jobs/{at.job_id}/file", JOB),
}
PUBLIC = {
    "static",
    "bootstrap.static",
    "accounts.sign_in",
    "accounts.submit_sign_in",
    "web.switch_language",
    "web.live",
    "web.ready",
}


@dataclass
class KeptTargets:
    """The data directory in which the targets were first recorded, as it was then."""

    directory: Path
    targets: dict[str, Target] = field(default_factory=dict)


@pytest.fixture(scope="module")
def kept_targets(tmp_path_factory: pytest.TempPathFactory) -> KeptTargets:
    """Recording the targets takes longer than asking for them: it is done once (on SQLite, where
    a database is a file to copy)."""
    return KeptTargets(tmp_path_factory.mktemp("targets") / "data")


@pytest.fixture
def targets(
    world: World, recording: Recording, app: Flask, data_dir: Path, kept_targets: KeptTargets
) -> dict[str, Target]:
    """What there is at each place."""
    with app.app_context():
        db.engine.dispose()
    if not kept_targets.targets or SERVER:
        kept_targets.targets = _record_targets(world, recording)
        with app.app_context():
            db.engine.dispose()
        shutil.copytree(data_dir, kept_targets.directory, dirs_exist_ok=True)
    else:
        shutil.copytree(kept_targets.directory, data_dir, dirs_exist_ok=True)
    return kept_targets.targets


def _record_targets(world: World, recording: Recording) -> dict[str, Target]:
    corners = {place: getattr(world, place) for place in PLACES if place != JOINED}
    with recording():
        found = {place: _target(world, corner) for place, corner in corners.items()}
        joined = CommunityFactory.create(
            code="PN-02", county_id=world.other.county_id, name="联合共同体"
        )
        CommunityVersionFactory.create(community=joined)
        clerks_school = world_school(world.own.member_id)
        stay = MembershipFactory.create(community=joined, member=clerks_school)
        MembershipVersionFactory.create(stay=stay)
        ids = _ids_in(joined.id)
        fellow = SchoolFactory.create(county_id=world.other.county_id)
        SchoolVersionFactory.create(school=fellow)
        MembershipVersionFactory.create(
            stay=MembershipFactory.create(community=joined, member=fellow)
        )
        ids |= {"school_id": fellow.id}
    other = found["other"]
    return found | {JOINED: Target(other.county_code, "PN-02", other.account_id, **ids)}


def world_school(school_id: int) -> School:
    from community.kernel.database import session

    return session().get_one(School, school_id)


def _target(world: World, corner: Corner) -> Target:
    from community.kernel.database import session
    from community.registry.models import Division

    county = session().get_one(Division, corner.county_id)
    account = UserAccountFactory.create(
        role=Role.SCHOOL_CLERK,
        city_id=county.parent_id,
        county_id=corner.county_id,
        school_id=corner.pivot_id,
    )
    return Target(
        corner.county_code,
        corner.community_code,
        account.id,
        job_id=(job := _job(world, corner, county.parent_id)).id,
        pending_id=_pending_id(job),
        batch_id=_batch_id(corner.county_id),
        report_id=_report_id(corner, county.parent_id),
        **_ids_in(corner.community_id),
        **_ids_of_school(corner.member_id, corner.county_id),
    )


def _report_id(corner: Corner, city_id: int | None) -> int:
    """A report on the corner's community, with its file."""
    content = b"%PDF-1.7"
    storage.put("reports/matrix.pdf", content)
    report = IssuedReportFactory.create(
        city_id=city_id,
        county_id=corner.county_id,
        community_id=corner.community_id,
        storage_key="reports/matrix.pdf",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return int(report.id)


def _ids_of_school(school_id: int, county_id: int) -> dict[str, int]:
    """What addresses name of a school, its county, and a school district there."""
    school = world_school(school_id)
    district = SchoolDistrictFactory.create(county_id=county_id)
    SchoolDistrictVersionFactory.create(district=district)
    return {
        "school_id": school_id,
        "county_id": county_id,
        "designation_id": DesignationFactory.create(school=school).id,
        "district_id": district.id,
        "district_member_id": SchoolDistrictMemberFactory.create(
            district=district, member=school
        ).id,
    }


def _ids_in(community_id: int) -> dict[str, int]:
    """What addresses name within a community."""
    from community.kernel.database import session

    found = session().get_one(Community, community_id)
    stay = session().scalars(select(Membership).filter_by(community_id=community_id)).first()
    charter = CharterFactory.create(community=found)
    CharterVersionFactory.create(of=charter)
    waiver = WaiverFactory.create(community=found)
    assert stay is not None
    of = Corner(found.county_id, "", found.id, found.code, *[stay.school_id] * 3)
    records = {
        name: record(of, sheet=sheet)
        for name, sheet in (
            ("activity_id", Sheet.SHARED_TEACHING),
            ("visit_id", Sheet.WALKING_TEACHING),
            ("transfer_id", Sheet.RESOURCE_TRANSFERS),
        )
    }
    ids = {"membership_id": stay.id, "charter_id": charter.id, "waiver_id": waiver.id}
    return {**ids, **records}


def _job(world: World, corner: Corner, city_id: int | None) -> Job:
    """A job of the district official there, with a file."""
    official = world.account_ids[Role.DISTRICT_OFFICIAL]
    if corner is not world.own:
        account = UserAccountFactory.create(
            role=Role.DISTRICT_OFFICIAL, city_id=city_id, county_id=corner.county_id
        )
        official = account.id
    job: Job = JobFactory.create(
        account_id=official,
        scope=f"district_official:{city_id}:{corner.county_id}:",
        state=JobState.DONE,
        finished_at=RECORDED_AT,
        result={"message": pack(Message("Done")), "page": None},
        result_key="jobs/1/result",
        result_name="名册.xlsx",
        result_type="application/octet-stream",
    )
    storage.put("jobs/1/result", b"file")
    return job


def _pending_id(job: Job) -> int:
    """Files that its owner has handed in, with a fault."""
    pending = PendingImportFactory.create(account_id=job.account_id, scope=job.scope)
    storage.put(f"{pending.reading_prefix}marked-0.xlsx", b"file")
    return int(pending.id)


def _batch_id(county_id: int) -> int:
    """An import of that county."""
    batch = ImportBatchFactory.create()
    ImportBatchCountyFactory.create(batch_id=batch.id, county_id=county_id)
    return int(batch.id)


def test_every_route_has_its_row(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes - PUBLIC == set(MATRIX), "say who may what, where"


def test_every_row_names_its_route(app: Flask) -> None:
    target = Target("445203", "JD-01", 1)
    adapter = app.url_map.bind("localhost")
    for endpoint, (method, address, _cells) in MATRIX.items():
        assert adapter.match(address(target), method=method)[0] == endpoint


READING = [endpoint for endpoint, (method, *_) in MATRIX.items() if method == "GET"]
CHANGING = [endpoint for endpoint in MATRIX if endpoint not in READING]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_what_the_rows_say(
    app: Flask, sign_in_as: SignInAs, targets: dict[str, Target], role: Role
) -> None:
    app.config.update(PROPAGATE_EXCEPTIONS=True)
    client = sign_in_as(role).client
    wrong = [
        answer
        for endpoint in READING
        for answer in _wrong_answers(lambda: client, role, endpoint, targets)
    ]
    assert len(READING) >= 60
    assert not wrong


@pytest.mark.once
@pytest.mark.parametrize("endpoint", CHANGING)
def test_each_role_changes_what_the_row_says(
    app: Flask, sign_in_as: SignInAs, targets: dict[str, Target], endpoint: str
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    # Signing out, a new password and the like end a session: each request begins one.
    wrong = [
        answer
        for role in ROLES
        for answer in _wrong_answers(
            partial(lambda role: sign_in_as(role).client, role), role, endpoint, targets
        )
    ]
    assert not wrong


def _wrong_answers(
    open_client: Callable[[], FlaskClient],
    role: Role,
    endpoint: str,
    targets: dict[str, Target],
) -> Iterator[str]:
    method, address, places = MATRIX[endpoint]
    for place, cells in places.items():
        expected = dict(zip(ROLES, cells.split(), strict=True))[role]
        status = _status(open_client(), method, address(targets[place]))
        if not _is_as_expected(status, expected):
            yield f"{method} {endpoint} at {place}, {role}: {status}, not {expected}"


def _status(client: FlaskClient, method: str, path: str) -> int:
    answer = client.open(path, method=method)
    sent_to_sign_in = answer.status_code == 302 and (answer.location or "").startswith("/sign-in?")
    return 401 if sent_to_sign_in else answer.status_code


def _is_as_expected(status: int, expected: str) -> bool:
    if expected == "+":
        return status in (200, 302, 303, 400, 409, 422)
    return status == int(expected)


def test_a_stranger_gets_nothing(app: Flask, targets: dict[str, Target]) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    for endpoint, (method, address, places) in MATRIX.items():
        for place in places:
            status = _status(app.test_client(), method, address(targets[place]))
            assert status == 401, f"{method} {endpoint} at {place}"
