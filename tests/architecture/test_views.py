"""Every view is guarded, registered, and reachable."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from community.access import POLICY, Permission
from community.web import navigation
from community.web.security import PUBLIC, declared_permission
from config import ROOT

# Open to everybody, and why that is right.
PUBLIC_VIEWS = {
    "static": "files without data",
    "bootstrap.static": "files without data",
    "accounts.sign_in": "where strangers go",
    "accounts.submit_sign_in": "where strangers go",
    "walking_teaching.calendar_file": "whoever has the secret address of a calendar",
    "web.switch_language": "changes a cookie only",
    "web.live": "asked by the load balancer",
    "web.ready": "asked by the load balancer; names no secret",
}
# Not in the menu, and from where they are reached.
BEYOND_THE_MENU = PUBLIC_VIEWS | {
    "exports.save_filter": "the lists with filters",
    "exports.remove_filter": "the kept filters above a list",
    "activities.activity": "the list of activities, and every page that shows a record",
    "activities.decision": "the page of a record",
    "activities.decide": "the form of a decision",
    "activities.export_activities": "the list of activities",
    "activities.repeat_entry": "the page of a record",
    "activities.correct_entry": "the page of a returned record",
    "activities.entry": "the list of saved forms",
    "activities.save_entry": "a form being filled in",
    "activities.autosave_entry": "a form being filled in",
    "activities.check_entry": "a form being filled in",
    "activities.report_entry": "the answers of a form",
    "activities.discard_entry": "the list of saved forms",
    "shared_teaching.new_session": "the first page, and the list of saved forms",
    "walking_teaching.new_session": "the first page, and the list of saved forms",
    "grids.report": "the table of many records",
    "grids.table": "the list of saved forms, and the table of many records",
    "grids.save_table": "the table of many records",
    "activities.evidence_file": "the page of a record",
    "activities.evidence_thumbnail": "the page of a record",
    "activities.evidence_form": "the page of a record",
    "activities.add_evidence": "the form for evidence",
    "activities.withdrawal_of_evidence": "the page of a record",
    "activities.withdraw_evidence": "the form that asks why",
    "evidence.receive": "where a form takes files",
    "evidence.file": "where a form takes files",
    "evidence.thumbnail": "where a form takes files",
    "evidence.discard": "where a form takes files",
    "activities.together_page": "lists of what waits",
    "activities.move_together": "the page that shows what would be done",
    "activities.print_sheet": "the list of open months",
    "activities.sheet": "the list of sheets, and the job that made it",
    "activities.confirm_sheet": "the form of the signed sheet",
    "activities.sheet_paper": "the page of a sheet",
    "pages.waiting_list": "home",
    "pages.reminders": "home",
    "pages.remind_school": "the list of schools that have not answered",
    "pages.export_term_end": "the closing list of a term",
    "pages.appoint_deputy": "the deputies of a school",
    "pages.revoke_deputy": "the deputies of a school",
    "shared_teaching.session": "the list of activities",
    "walking_teaching.session": "the list of activities",
    "walking_teaching.arrangement": "the list of arrangements, and the timetable of a week",
    "walking_teaching.new_arrangement": "the list of arrangements",
    "walking_teaching.create_arrangement": "the form of a new arrangement",
    "walking_teaching.plan": "the page of an arrangement",
    "walking_teaching.plan_visits": "the preview of its visits",
    "walking_teaching.edit_arrangement": "the page of an arrangement",
    "walking_teaching.change_arrangement": "the form of its changes",
    "walking_teaching.ending": "the page of an arrangement",
    "walking_teaching.end_arrangement": "the form of its end",
    "walking_teaching.visit_form": "the visits of an arrangement",
    "walking_teaching.turn_visit": "the form of a visit",
    "walking_teaching.taught": "the timetable of a week",
    "walking_teaching.report_taught": "the page on which a week is checked",
    "walking_teaching.next_term": "the list of arrangements",
    "walking_teaching.take_over": "the preview of the next term",
    "walking_teaching.calendar_feed": "the own account",
    "walking_teaching.create_calendar_feed": "the page of the calendar",
    "walking_teaching.revoke_calendar_feed": "the page of the calendar",
    "resource_transfers.transfer": "the list of activities",
    "resource_transfers.new_transfer": "the first page",
    "resource_transfers.order_slip": "the page of a transfer",
    "resource_transfers.receipt": "the page of a transfer, and what is to do",
    "resource_transfers.record_receipt": "the form for what arrived",
    "resource_transfers.new_return": "the page of a transfer, and what is to do",
    "resource_transfers.state_return": "the form for what goes back",
    "resource_transfers.stated_return": "the page of a transfer, and what is to do",
    "resource_transfers.confirm_return": "the page of a return",
    "resource_transfers.end_return": "the page of a return",
    "resource_transfers.export_loans": "the list of loans",
    "resource_transfers.flows": "who holds what",
    "accounts.sign_out": "the head of every page",
    "accounts.own_account": "the head of every page",
    "accounts.end_other_sessions": "the own account",
    "accounts.password": "the own account, and after a one-time password",
    "accounts.change_password": "the form of the password",
    "accounts.new_account": "the list of accounts",
    "accounts.create_account": "the form of a new account",
    "accounts.account": "the list of accounts",
    "accounts.update_account": "the form of an account",
    "accounts.disable_account": "the page of an account",
    "accounts.enable_account": "the page of an account",
    "accounts.reset_password": "the page of an account",
    "journal.accesses": "a tab of the journal",
    "pages.export_schools": "the list of schools",
    "pages.school": "the list of schools",
    "pages.school_history": "a tab of the school",
    "registry.new_school": "the list of schools",
    "registry.create_school": "the form of a new school",
    "registry.school_facts": "the page of a school",
    "registry.school_name": "the page of a school",
    "registry.urban_flag": "the page of a school",
    "registry.designations": "the page of a school",
    "registry.school_figures": "the page of a school",
    "registry.closure": "the page of a school",
    "registry.legal_school": "the page of a school",
    "registry.update_school": "the form of its facts",
    "registry.rename_school": "the form of its names",
    "registry.add_alias": "the form of its names",
    "registry.remove_alias": "the form of its names",
    "registry.flag_urban": "the form of the flag",
    "registry.designate_school": "the designations of a school",
    "registry.designation": "the designations of a school",
    "registry.end_designation": "the page of a designation",
    "registry.withdraw_designation": "the page of a designation",
    "registry.record_figures": "the form of its figures",
    "registry.close_school": "the form of its end",
    "registry.reopen_school": "the form of its end",
    "registry.set_legal_school": "the form of the legal school",
    "registry.district": "the list of school districts",
    "registry.new_district": "the list of school districts",
    "registry.create_district": "the form of a new school district",
    "registry.edit_district": "the page of a school district",
    "registry.update_district": "the form of a school district",
    "registry.dissolution": "the page of a school district",
    "registry.dissolve_district": "the form of its end",
    "registry.new_stay": "the page of a school district",
    "registry.add_member": "the form of a school that joins",
    "registry.add_township": "the form of a township that joins",
    "registry.stay": "the page of a school district",
    "registry.end_stay": "the page of a stay",
    "registry.withdraw_stay": "the page of a stay",
    "registry.division": "the list of counties",
    "registry.edit_division": "the page of a county",
    "registry.update_division": "the form of a county",
    "registry.new_school_year": "the list of school years",
    "registry.add_school_year": "the form of a new school year",
    "registry.school_year": "the list of school years",
    "registry.update_school_year": "the form of a school year",
    "imports.new_import": "the list of imports",
    "imports.stage_files": "the form of a new import",
    "imports.template": "the form of a new import",
    "imports.pending": "the list of imports",
    "imports.choose_schools": "the preview of an import",
    "imports.confirm": "the preview of an import",
    "imports.retry": "the page of an import that has failed",
    "imports.discard": "the preview of an import",
    "imports.marked_file": "the preview of an import",
    "imports.batch": "the list of imports",
    "imports.undo": "the page of a batch",
    "imports.undo_batch": "the question before taking back",
    "jobs.job": "the list of jobs, and where the work was asked for",
    "jobs.cancel_job": "the page of a job",
    "jobs.result": "the page of a job",
    "communities.export_communities": "the list of communities",
    "communities.new_community": "the list of communities",
    "communities.create_community": "the form of a new community",
    "communities.facts": "a tab of the community",
    "communities.community_form": "the facts of a community",
    "communities.change_community": "the form of its facts",
    "communities.revocation_form": "the facts of a community",
    "communities.revoke_waiver": "the form that asks why",
    "communities.members": "a tab of the community",
    "communities.new_member": "the schools of a community",
    "communities.add_member": "the form of a new member",
    "communities.member_form": "the schools of a community",
    "communities.change_member": "the form of a member",
    "communities.documents": "a tab of the community",
    "communities.signatures": "the documents of a community",
    "communities.record_signatures": "the form of the signatures",
    "communities.objectives": "a tab of the community",
    "communities.meetings": "a tab of the community",
    "communities.new_thing": "documents, objectives and meetings of a community",
    "communities.create_thing": "the form of a new charter, objective or meeting",
    "communities.thing_form": "documents, objectives and meetings of a community",
    "communities.update_thing": "the form of a charter, objective or meeting",
    "communities.withdrawal_form": "the form of a charter, objective or meeting",
    "communities.withdraw_thing": "the form that asks why",
    "communities.history": "a tab of the community",
    "reports.new_report": "the list of reports, and the pages of counts",
    "reports.order_report": "the form of a new report",
    "reports.report": "the list of reports",
    "reports.file": "the page of a report",
    "pages.community": "the page of its county",
    "pages.criterion": "the page of its community",
    "pages.region_records": "the figures of a city or county",
    "pages.coverage": "the coverage of a city or county",
    "pages.region_missing": "the page of a city or county",
    "pages.export_region_missing": "the list of what is missing",
    "pages.compare_region": "the page of a city or county",
    "pages.community_records": "the figures of a community",
    "pages.community_missing": "the page of a community",
    "pages.export_community_missing": "the list of what is missing",
    "pages.compare_community": "the page of a community",
}


def test_every_view_declares_a_permission(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert len(endpoints) >= 20
    undeclared = {name for name in endpoints if declared_permission(app, name) is None}
    assert not undeclared


def test_what_is_public_is_public_for_a_reason(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    public = {name for name in endpoints if declared_permission(app, name) == PUBLIC}
    assert public == set(PUBLIC_VIEWS)


def test_every_permission_is_somebodys_and_guards_something(app: Flask) -> None:
    assert set(POLICY) == set(Permission)
    assert all(POLICY[permission] for permission in Permission)


def test_every_view_is_in_the_menu_or_left_out_by_name(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    menu = {entry.endpoint for entry in navigation.entries()}
    assert menu <= endpoints
    assert endpoints - menu == set(BEYOND_THE_MENU), "say from where a view is reached"


def test_a_menu_entry_asks_for_what_its_view_asks_for(app: Flask) -> None:
    for entry in navigation.entries():
        assert declared_permission(app, entry.endpoint) == entry.permission, entry.endpoint


def test_every_blueprint_is_registered(app: Flask) -> None:
    package = ROOT / "community"
    features = {
        path.relative_to(package).parts[0]
        for path in view_files()
        if "Blueprint(" in path.read_text("utf-8")
    }
    assert features == set(app.blueprints) - {"bootstrap"}


def view_files() -> list[Path]:
    package = ROOT / "community"
    return sorted([*package.glob("*/views.py"), *package.glob("*/views/*.py")])


@pytest.mark.parametrize("file", view_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_views_neither_query_nor_commit(file: Path) -> None:
    """Views parse, call once, and answer: what they read and write is asked of others."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in node.names
    }
    assert not imported & {"select", "insert", "update", "delete", "db"}
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"commit", "rollback", "execute", "scalars", "scalar"}
