"""The schools of a community."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.communities import services
from community.communities.forms import (
    EndStayForm,
    NewStayForm,
    PersonForm,
    ReasonForm,
    RoleForm,
    StayForm,
)
from community.communities.queries.details import FoundSchool, Member
from community.communities.services.reading import OpenCommunity
from community.communities.views.answering import (
    SAVE,
    SAVED,
    FormPage,
    actor,
    answer_form,
    blueprint,
    offered,
    opened,
    opened_to_edit,
)
from community.kernel import clock
from community.kernel.i18n import N_, gettext
from community.web.forms import Form
from community.web.security import requires


@dataclass(frozen=True)
class Deed:
    """Something that can be done to a stay by a form."""

    title: str
    form: type[Any]
    fill: Callable[[Member], dict[str, Any]]
    save: Callable[[str, int, Any], object]
    lead: str = ""
    button: str = SAVE
    done: str = SAVED


def _first_day_to_name(member: Member) -> date:
    """A missing name is usually supplied for the whole stay, another one from today."""
    today = clock.today()
    if member.person_on(today) is None or today < member.joined_on:
        return member.joined_on
    return min(today, member.last_day or today)


DEEDS: Final = {
    "end": Deed(
        N_("Enter the last day"),
        EndStayForm,
        lambda member: {"left_on": member.left_on},
        lambda code, membership_id, form: services.end_stay(
            code, membership_id, form.left_on.data, revision=form.revision.data, actor=actor
        ),
        lead=N_("Counts as of a later day are made without this school."),
    ),
    "role": Deed(
        N_("Change the role"),
        RoleForm,
        lambda member: {"role": member.role},
        lambda code, membership_id, form: services.change_role(
            code,
            membership_id,
            form.chosen,
            form.holds_from.data,
            revision=form.revision.data,
            actor=actor,
        ),
        lead=N_("Responsible person and signature go along into the new role."),
    ),
    "person": Deed(
        N_("Name the responsible person"),
        PersonForm,
        lambda member: {
            "responsible_person": member.person_on(clock.today()),
            "holds_from": _first_day_to_name(member),
        },
        lambda code, membership_id, form: services.name_person(
            code,
            membership_id,
            form.responsible_person.data,
            form.holds_from.data,
            revision=form.revision.data,
            actor=actor,
        ),
    ),
    "correct": Deed(
        N_("Correct the membership"),
        StayForm,
        lambda member: {
            "role": member.role,
            "joined_on": member.joined_on,
            "left_on": member.left_on,
            "note": member.note,
        },
        lambda code, membership_id, form: services.correct_stay(
            code, membership_id, form.draft(), revision=form.revision.data, actor=actor
        ),
        lead=N_(
            "For what was entered wrongly. A role that really changed gets a day from which it "
            "holds instead."
        ),
    ),
    "withdraw": Deed(
        N_("Take the membership back"),
        ReasonForm,
        lambda _member: {},
        lambda code, membership_id, form: services.withdraw_stay(
            code, membership_id, form.reason.data or "", actor=actor
        ),
        lead=N_("For a school that was never in. One that has left gets a last day."),
        button=N_("Take back"),
        done=N_("The membership is taken back."),
    ),
}


_STAY: Final = f"/communities/<code>/members/<int:membership_id>/<any({', '.join(DEEDS)}):deed>"


@blueprint.get("/communities/<code>/members")
@requires(Permission.COMMUNITY_VIEW)
def members(code: str) -> ResponseReturnValue:
    """Who is in, in which role, from when to when, and who is responsible."""
    found = opened(code)
    stays = services.members_of(found)
    return render_template("communities/members.html", opened=found, members=stays)


@blueprint.get("/communities/<code>/members/new")
@requires(Permission.COMMUNITY_EDIT)
def new_member(code: str) -> ResponseReturnValue:
    """Find a school, and the form that lets it join."""
    form = NewStayForm(formdata=None)
    form.renew_key()
    form.q.data = request.args.get("q", "")[:100]
    return _new_page(opened_to_edit(code), form)


@blueprint.post("/communities/<code>/members/new")
@requires(Permission.COMMUNITY_EDIT)
def add_member(code: str) -> ResponseReturnValue:
    """Let a school join."""
    found, form = opened_to_edit(code), NewStayForm()
    _offer(found, form)
    return answer_form(
        form,
        lambda: services.add_school(code, form.draft(), actor=actor, form_key=form.form_key.data),
        lambda: _new_page(found, form),
        done=N_("The school has joined."),
        target=lambda: url_for("communities.members", code=code),
    )


@blueprint.get(_STAY)
@requires(Permission.COMMUNITY_EDIT)
def member_form(code: str, membership_id: int, deed: str) -> ResponseReturnValue:
    """The form for a change of one stay."""
    found = opened_to_edit(code)
    member = services.member_of(found, membership_id)
    data = {"revision": found.community.revision, **DEEDS[deed].fill(member)}
    return _page(found, member, deed, DEEDS[deed].form(formdata=None, data=data))


@blueprint.post(_STAY)
@requires(Permission.COMMUNITY_EDIT)
def change_member(code: str, membership_id: int, deed: str) -> ResponseReturnValue:
    """Change one stay."""
    found, done = opened_to_edit(code), DEEDS[deed]
    member = services.member_of(found, membership_id)
    form = offered(done.form())
    return answer_form(
        form,
        lambda: done.save(code, membership_id, form),
        lambda: _page(found, member, deed, form),
        done=done.done,
        target=lambda: url_for("communities.members", code=code),
    )


def _page(found: OpenCommunity, member: Member, deed: str, form: Form) -> str:
    done = DEEDS[deed]
    page = FormPage(
        title=done.title,
        button=done.button,
        cancel=url_for("communities.members", code=found.code),
        opened=found,
        lead=done.lead,
        tab="members",
    )
    return page.answer(offered(form), member=member)


def _offer(found: OpenCommunity, form: NewStayForm) -> None:
    inside = {m.school_id for m in services.members_of(found) if m.covers(found.today)}
    form.offer(
        (str(school.id), _described(school, is_in=school.id in inside))
        for school in services.schools_to_add(found, form.q.data or "", actor=actor)
    )


def _described(school: FoundSchool, *, is_in: bool) -> str:
    parts = (school.name, school.code, school.county_name, gettext(N_("is in")) if is_in else None)
    return " · ".join(part for part in parts if part)


def _new_page(found: OpenCommunity, form: NewStayForm) -> str:
    _offer(found, form)
    return render_template("communities/new_member.html", opened=found, form=form)
