"""Every route × role × place: own county, a sibling community in it, another county, another city.

A row says what each role gets: a status, or `+` for "may", whatever the answer is (a page, a form
with errors, a redirect). What belongs to another tenant does not exist: 404. What the role may
nowhere do: 403. Written by hand, not derived from the policy, so that the two check each other.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FunctionLoader
from sqlalchemy import select

from community.access import Role
from community.activities.rules import Sheet
from community.audits.services import CURRENT_VERSION
from community.communities.models import Community, Membership
from community.jobs.models import Job
from community.jobs.rules import JobState, pack
from community.kernel import storage
from community.kernel.i18n import Message
from community.registry.models import School, Term
from community.web.extensions import db
from tests.activities.records import record
from tests.conftest import SERVER, Recording, SignInAs
from tests.factories import (
    RECORDED_AT,
    ActivityEvidenceFactory,
    AttachmentFactory,
    CharterFactory,
    CharterVersionFactory,
    CommunityFactory,
    CommunityVersionFactory,
    ConfirmationSheetFactory,
    DeputyFactory,
    DesignationFactory,
    ImportBatchCountyFactory,
    ImportBatchFactory,
    IssuedReportFactory,
    JobFactory,
    LoanReturnFactory,
    MembershipFactory,
    MembershipVersionFactory,
    PendingImportFactory,
    PlannedVisitFactory,
    SavedEntryFactory,
    SchoolDistrictFactory,
    SchoolDistrictMemberFactory,
    SchoolDistrictVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
    TransferLineFactory,
    UserAccountFactory,
    WaiverFactory,
    WalkingTeachingArrangementFactory,
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
    arrangement_id: int = 1
    planned_id: int = 1
    transfer_id: int = 1
    report_id: int = 1
    loan_id: int = 1
    form_key: str = "00000000-0000-4000-8000-000000000000"
    table_key: str = "00000000-0000-4000-8000-000000000000"
    return_id: int = 1
    evidence_id: int = 1
    deputy_id: int = 1
    sheet_id: int = 1


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


def of_sheet(path: str) -> Callable[[Target], str]:
    return lambda at: f"/confirmation-sheets/{at.sheet_id}{path}"


def of_district(path: str) -> Callable[[Target], str]:
    return lambda at: f"/school-districts/{at.district_id}/" + path.format(at=at)


def of_loan(path: str) -> Callable[[Target], str]:
    return lambda at: f"/resource-transfers/{at.loan_id}/" + path.format(at=at)


def of_entry(path: str = "") -> Callable[[Target], str]:
    return lambda at: f"/entries/{at.form_key}{path}"


def of_arrangement(path: str) -> Callable[[Target], str]:
    return lambda at: f"/walking-teaching/arrangements/{at.arrangement_id}{path}"


def of_evidence(path: str) -> Callable[[Target], str]:
    return lambda at: f"/activities/{at.activity_id}/evidence" + path.format(at=at)


def of_community(path: str) -> Callable[[Target], str]:
    return lambda at: f"/communities/{at.community_code}/" + path.format(at=at)


EVERYBODY = anywhere("+ + + + + +")
NOWHERE = anywhere("404 404 404 404 404 404")
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
# The school that sends plans, the one that receives looks on.
PLANNERS = {
    "own": "     403  403   403      +   403  403",
    "sibling": " 403  403   403     404  404  403",
    "other": "   403  403   403     404  404  403",
    "elsewhere": "403 403  403     404  404  403",
    "joined": "  403  403   403     404   +   403",
}
SCHOOLS_SIDE = anywhere("403 403 403 + + 403")
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
# A school's own people, and its district.
OWN_SCHOOL = {
    "own": "      403  403    +     403   +   403",
    "sibling": "  403  403    +     404  404  403",
    "other": "    403  403   404    404  404  403",
    "elsewhere": "403  403   404    404  404  403",
}
SHEET = {
    "own": "      403  403    +     404   +   403",
    "sibling": "  403  403    +     404  404  403",
    "other": "    403  403   404    404  404  403",
    "elsewhere": "403  403   404    404  404  403",
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
# The lead school lent something to the clerk's, which says that it gave it back.
REPORTERS = anywhere("403 403   403     +    +   403")
BORROWER = {
    "own": "    403   403   403    403   +   403",
    "sibling": "403   403   403    404  404  403",
    "other": "  403   403   403    404  404  403",
    "elsewhere": "403 403   403    404  404  403",
    "joined": " 403   403   403    404   +   403",
}
OWNER = {**BORROWER, "own": "403 403 403 + 403 403", "joined": "403 403 403 404 403 403"}
# A form that the lead school's administrator is filling in.
ENTRY = anywhere("403 403   403     +   404   403")
REPEATERS = {
    "own": "    403   403   403     +    +   403",
    "sibling": "403   403   403    404  404  403",
    "other": "  403   403   403    404  404  403",
    "elsewhere": "403 403   403    404  404  403",
    "joined": " 403   403   403    404   +   403",
}
CORRECTORS = {**REPEATERS, "own": "403 403 403 + 404 403", "joined": "403 403 403 404 + 403"}
# Who stands on a side of a record sees to its evidence.
PROVERS = {**REPEATERS, "own": "403 403 403 + 403 403"}
# A file that waits is its sender's alone, and nobody of these sent it.
SENDER = anywhere("404 404 404 404 404 403")
EITHER_SIDE = {**BORROWER, "own": "403 403 403 + + 403"}
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
    "activities.repeat_entry": (
        "GET",
        lambda at: f"/activities/{at.activity_id}/repeat",
        REPEATERS,
    ),
    "activities.correct_entry": (
        "GET",
        lambda at: f"/activities/{at.activity_id}/correct",
        CORRECTORS,
    ),
    "activities.entries": ("GET", fixed("/entries"), REPORTERS),
    "activities.entry": ("GET", of_entry(), ENTRY),
    "activities.save_entry": ("POST", of_entry(), ENTRY),
    "activities.autosave_entry": ("POST", of_entry("/autosave"), ENTRY),
    "activities.check_entry": ("GET", of_entry("/check"), ENTRY),
    "activities.report_entry": ("POST", of_entry("/report"), ENTRY),
    "activities.discard_entry": ("POST", of_entry("/discard"), ENTRY),
    **{
        f"activities.{endpoint}": (method, of_evidence(path), cells)
        for endpoint, method, path, cells in (
            ("evidence_form", "GET", "", COMMUNITY),
            ("add_evidence", "POST", "", PROVERS),
            ("evidence_file", "GET", "/{at.evidence_id}", COMMUNITY),
            ("evidence_thumbnail", "GET", "/{at.evidence_id}/thumbnail", COMMUNITY),
            ("withdrawal_of_evidence", "GET", "/{at.evidence_id}/withdraw", COMMUNITY),
            ("withdraw_evidence", "POST", "/{at.evidence_id}/withdraw", PROVERS),
        )
    },
    "evidence.receive": ("POST", fixed("/evidence"), anywhere("+ + + + + 403")),
    "evidence.file": ("GET", fixed("/evidence/1"), SENDER),
    "evidence.thumbnail": ("GET", fixed("/evidence/1/thumbnail"), SENDER),
    "evidence.discard": ("POST", fixed("/evidence/1/discard"), SENDER),
    "grids.grid": ("GET", fixed("/activities/grid"), REPORTERS),
    "grids.report": ("POST", fixed("/activities/grid"), REPORTERS),
    "grids.table": ("GET", lambda at: f"/activities/grid/{at.table_key}", ENTRY),
    "grids.save_table": ("POST", lambda at: f"/activities/grid/{at.table_key}", ENTRY),
    "shared_teaching.new_session": ("GET", fixed("/shared-teaching/new"), REPORTERS),
    "walking_teaching.new_session": ("GET", fixed("/walking-teaching/new"), REPORTERS),
    "activities.together_page": ("GET", fixed("/activities/together/confirm"), EVERYBODY),
    "activities.move_together": (
        "POST",
        fixed("/activities/together/confirm"),
        anywhere("403 403 403 + + 403"),
    ),
    "activities.sheets": ("GET", fixed("/confirmation-sheets"), anywhere("403 403 + + + 403")),
    # Without a school there is nothing to print.
    "activities.print_sheet": (
        "POST",
        fixed("/confirmation-sheets"),
        anywhere("404 404 404 404 404 404"),
    ),
    **{
        f"activities.{endpoint}": (method, of_sheet(path), SHEET)
        for endpoint, method, path in (
            ("sheet", "GET", ""),
            ("confirm_sheet", "POST", ""),
            ("sheet_paper", "GET", "/paper"),
        )
    },
    "pages.waiting_list": (
        "GET",
        fixed("/waiting/to_confirm"),
        anywhere("404 404 404 + + 404"),
    ),
    "pages.reminders": ("GET", fixed("/reminders"), anywhere("403 403 + + + 403")),
    "pages.remind_school": (
        "POST",
        lambda at: f"/reminders/{at.school_id}",
        {"other": "403 403 404 404 404 403"},
    ),
    "pages.term_end": ("GET", fixed("/term-end"), EVERYBODY),
    "pages.export_term_end": ("POST", fixed("/term-end/export"), EVERYBODY),
    "pages.deputies": ("GET", of_school("deputies"), OWN_SCHOOL),
    "pages.appoint_deputy": ("POST", of_school("deputies"), OWN_SCHOOL),
    "pages.revoke_deputy": ("POST", of_school("deputies/{at.deputy_id}/revoke"), OWN_SCHOOL),
    "shared_teaching.session": (
        "GET",
        lambda at: f"/shared-teaching/{at.activity_id}",
        COMMUNITY,
    ),
    "walking_teaching.session": ("GET", lambda at: f"/walking-teaching/{at.visit_id}", COMMUNITY),
    "walking_teaching.arrangements": ("GET", fixed("/walking-teaching/arrangements"), EVERYBODY),
    "walking_teaching.weeks": ("GET", fixed("/walking-teaching/weeks"), EVERYBODY),
    "walking_teaching.arrangement": ("GET", of_arrangement(""), COMMUNITY),
    **{
        f"walking_teaching.{endpoint}": (method, of_arrangement(path), PLANNERS)
        for endpoint, method, path in (
            ("plan", "GET", "/plan"),
            ("plan_visits", "POST", "/plan"),
            ("edit_arrangement", "GET", "/edit"),
            ("change_arrangement", "POST", "/edit"),
            ("ending", "GET", "/end"),
            ("end_arrangement", "POST", "/end"),
        )
    },
    **{
        f"walking_teaching.{endpoint}": (
            method,
            lambda at: f"/walking-teaching/visits/{at.planned_id}/move",
            PLANNERS,
        )
        for endpoint, method in (("visit_form", "GET"), ("turn_visit", "POST"))
    },
    **{
        f"walking_teaching.{endpoint}": (method, fixed(f"/walking-teaching/{path}"), SCHOOLS_SIDE)
        for endpoint, method, path in (
            ("new_arrangement", "GET", "arrangements/new"),
            ("create_arrangement", "POST", "arrangements/new"),
            ("taught", "GET", "taught"),
            ("report_taught", "POST", "taught"),
            ("next_term", "GET", "roll-over"),
            ("take_over", "POST", "roll-over"),
        )
    },
    "walking_teaching.calendar_feed": ("GET", fixed("/account/calendar"), EVERYBODY),
    "walking_teaching.create_calendar_feed": ("POST", fixed("/account/calendar"), EVERYBODY),
    "walking_teaching.revoke_calendar_feed": ("POST", fixed("/account/calendar/revoke"), EVERYBODY),
    "resource_transfers.transfer": (
        "GET",
        lambda at: f"/resource-transfers/{at.transfer_id}",
        COMMUNITY,
    ),
    **{
        f"resource_transfers.{endpoint}": ("GET", fixed(f"/resource-transfers/{path}"), EVERYBODY)
        for endpoint, path in (("loans", "loans"), ("holdings", "holdings"), ("flows", "flows"))
    },
    "resource_transfers.export_loans": (
        "POST",
        fixed("/resource-transfers/loans/export"),
        EVERYBODY,
    ),
    "resource_transfers.new_transfer": ("GET", fixed("/resource-transfers/new"), REPORTERS),
    "resource_transfers.order_slip": (
        "POST",
        lambda at: f"/resource-transfers/{at.transfer_id}/slip",
        COMMUNITY,
    ),
    **{
        f"resource_transfers.{endpoint}": (method, of_loan(path), cells)
        for endpoint, method, path, cells in (
            ("receipt", "GET", "receipt", BORROWER),
            ("record_receipt", "POST", "receipt", BORROWER),
            ("new_return", "GET", "returns", BORROWER),
            ("state_return", "POST", "returns", BORROWER),
            ("stated_return", "GET", "returns/{at.return_id}", EITHER_SIDE),
            ("confirm_return", "POST", "returns/{at.return_id}/confirm", OWNER),
            ("end_return", "POST", "returns/{at.return_id}/end", EITHER_SIDE),
        )
    },
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
    # Of no list, and of nobody here.
    "exports.save_filter": ("POST", fixed("/saved-filters/keep"), NOWHERE),
    "exports.remove_filter": ("POST", fixed("/saved-filters/1/remove"), NOWHERE),
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
    "walking_teaching.calendar_file",
    "web.switch_language",
    "web.live",
    "web.ready",
}


@dataclass
class KeptTargets:
    """The data directory in which the targets were first recorded, as it was then."""

    directory: Path
    targets: dict[str, Target] = field(default_factory=dict)


@pytest.fixture
def blank_pages(app: Flask) -> Iterator[None]:
    """Templates without a word and without a menu: here only the status says something."""
    environment, around = app.jinja_env, app.template_context_processors
    loader, cache = environment.loader, environment.cache
    environment.loader, environment.cache = FunctionLoader(lambda _name: ""), {}
    app.template_context_processors = {None: []}
    yield
    environment.loader, environment.cache = loader, cache
    app.template_context_processors = around


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
        ids: dict[str, Any] = _ids_in(joined.id)
        fellow = SchoolFactory.create(county_id=world.other.county_id)
        SchoolVersionFactory.create(school=fellow)
        MembershipVersionFactory.create(
            stay=MembershipFactory.create(community=joined, member=fellow)
        )
        ids |= {"school_id": fellow.id}
        ids |= _loan_ids(replace(_corner_of(joined), lead_id=fellow.id, member_id=clerks_school.id))
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
        **_loan_ids(corner),
        deputy_id=DeputyFactory.create(
            school_id=corner.member_id, account_id=account.id, county_id=corner.county_id
        ).id,
        sheet_id=_sheet_id(corner),
        form_key=SavedEntryFactory.create(
            account_id=world.account_ids[Role.LEAD_SCHOOL_ADMINISTRATOR]
        ).form_key,
        table_key=SavedEntryFactory.create(
            account_id=world.account_ids[Role.LEAD_SCHOOL_ADMINISTRATOR],
            fields={"community": [corner.community_code], "table": ["2024-10-8"], "filled": ["1"]},
        ).form_key,
    )


def _sheet_id(corner: Corner) -> int:
    """A sheet of the rural member, entered with its photograph."""
    file = AttachmentFactory.create()
    storage.put(file.storage_key, b"picture")
    sheet = ConfirmationSheetFactory.create(
        school_id=corner.member_id,
        county_id=corner.county_id,
        activity_ids=[record(corner, is_confirmed=False)],
        attachment_id=file.id,
    )
    return int(sheet.id)


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
    of = replace(_corner_of(found), lead_id=stay.school_id, member_id=stay.school_id)
    records = {
        name: record(of, sheet=sheet)
        for name, sheet in (
            ("activity_id", Sheet.SHARED_TEACHING),
            ("visit_id", Sheet.WALKING_TEACHING),
            ("transfer_id", Sheet.RESOURCE_TRANSFERS),
        )
    }
    ids = {"membership_id": stay.id, "charter_id": charter.id, "waiver_id": waiver.id}
    ids["evidence_id"] = _evidence_id(records["activity_id"], found.county_id)
    return {**ids, **records, **_planned_in(found, stay.school_id)}


def _planned_in(found: Community, sender_id: int) -> dict[str, int]:
    """What a school of a community plans for the one that joined last."""
    from community.kernel.database import session

    stays = session().scalars(select(Membership).filter_by(community_id=found.id)).all()
    receiver_id = stays[-1].school_id
    if receiver_id == sender_id:
        receiver_id = SchoolFactory.create(county_id=found.county_id).id
    place = {"county_id": found.county_id, "community_id": found.id}
    arranged = WalkingTeachingArrangementFactory.create(
        **place,
        sender_id=sender_id,
        receiver_id=receiver_id,
        term_id=session().scalars(select(Term.id).order_by(Term.id)).first(),
    )
    planned = PlannedVisitFactory.create(**place, arrangement_id=arranged.id)
    return {"arrangement_id": arranged.id, "planned_id": planned.id}


def _evidence_id(activity_id: int, county_id: int) -> int:
    """A picture that is evidence of a record."""
    file = AttachmentFactory.create()
    storage.put(file.storage_key, b"picture")
    piece = ActivityEvidenceFactory.create(
        of=None, activity_id=activity_id, county_id=county_id, attachment_id=file.id
    )
    return int(piece.id)


def _corner_of(community: Community) -> Corner:
    """A community without its schools."""
    return Corner(community.county_id, "", community.id, community.code, 0, 0, 0)


def _loan_ids(corner: Corner) -> dict[str, int]:
    """What the lead school lent to the rural member, which says that it gave it back."""
    loan_id = record(corner, sheet=Sheet.RESOURCE_TRANSFERS)
    line = TransferLineFactory.create(activity_id=loan_id)
    stated = LoanReturnFactory.create(
        line=line, county_id=corner.county_id, school_id=corner.member_id
    )
    return {"loan_id": loan_id, "return_id": stated.id}


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


@pytest.mark.once
@pytest.mark.usefixtures("blank_pages")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_what_the_rows_say_and_is_refused_the_rest(
    app: Flask, sign_in_as: SignInAs, targets: dict[str, Target], role: Role
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    client = sign_in_as(role).client
    wrong = [
        answer
        for endpoint in MATRIX
        for place, expected in _asked(role, endpoint)
        if endpoint in READING or expected != "+"  # which leave everything as it is
        for answer in _wrong_answers(client, role, endpoint, place, expected, targets)
    ]
    assert len(READING) >= 60
    assert not wrong


@pytest.mark.once
@pytest.mark.usefixtures("blank_pages")
@pytest.mark.parametrize("endpoint", CHANGING)
def test_each_role_changes_what_the_row_says(
    app: Flask, sign_in_as: SignInAs, targets: dict[str, Target], endpoint: str
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    # Signing out, a new password and the like end a session: each request begins one.
    wrong = [
        answer
        for role in ROLES
        for place, expected in _asked(role, endpoint)
        if expected == "+"
        for answer in _wrong_answers(
            sign_in_as(role).client, role, endpoint, place, expected, targets
        )
    ]
    assert not wrong


def _asked(role: Role, endpoint: str) -> Iterator[tuple[str, str]]:
    """What is asked for, with the answer: every place that must not exist, and of those that are
    open to the role, or closed to it for what it is, the nearest and the farthest."""
    expected = {
        place: dict(zip(ROLES, cells.split(), strict=True))[role]
        for place, cells in MATRIX[endpoint][2].items()
    }
    for place, answer in expected.items():
        alike = [other for other, same in expected.items() if same == answer]
        if answer == "404" or place in (alike[0], alike[-1]):
            yield place, answer


def _wrong_answers(
    client: FlaskClient,
    role: Role,
    endpoint: str,
    place: str,
    expected: str,
    targets: dict[str, Target],
) -> Iterator[str]:
    method, address, _places = MATRIX[endpoint]
    status = _status(client, method, address(targets[place]))
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
