"""A community's own facts: plan listing, founding, end, waivers, and its history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.communities import services
from community.communities.forms import (
    CommunityForm,
    EndCommunityForm,
    ReasonForm,
    WaiverForm,
)
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
from community.journal.rules import parse_changes
from community.kernel.i18n import N_, label
from community.registry.rules import DesignationKind
from community.web.forms import Form, choice_of
from community.web.security import requires


@dataclass(frozen=True)
class Deed:
    """Something that can be done to a community by a form."""

    title: str
    form: type[Any]
    fill: Callable[[OpenCommunity], dict[str, Any]]
    save: Callable[[str, Any], object]
    button: str = SAVE
    done: str = SAVED
    lead: str = ""
    target: str = "communities.facts"

    @property
    def leads_away(self) -> bool:
        """Whether nothing of the community is left to be shown."""
        return self.target == "communities.communities"


def _facts_of(found: OpenCommunity) -> dict[str, Any]:
    version = found.version
    return {
        "name": found.community.name,
        "model": version.model or "",
        "is_listed": choice_of(version.is_listed),
        "plan_document": version.plan_document,
        "approval_number": version.approval_number,
        "founded_on": version.founded_on,
        "note": version.note,
        "revision": found.community.revision,
    }


def _end_of(found: OpenCommunity) -> dict[str, Any]:
    return {"dissolved_on": found.version.dissolved_on, "revision": found.community.revision}


def _nothing(_found: OpenCommunity) -> dict[str, Any]:
    return {}


DEEDS: Final = {
    "edit": Deed(
        N_("Change the facts"),
        CommunityForm,
        _facts_of,
        lambda code, form: services.update_community(
            code, form.draft(), revision=form.revision.data, actor=actor
        ),
    ),
    "end": Deed(
        N_("End the community"),
        EndCommunityForm,
        _end_of,
        lambda code, form: services.end_community(
            code, form.dissolved_on.data, revision=form.revision.data, actor=actor
        ),
        lead=N_("From the day after, no count includes this community. Its records stay."),
    ),
    "withdraw": Deed(
        N_("Take the community back"),
        ReasonForm,
        _nothing,
        lambda code, form: services.withdraw_community(code, form.reason.data or "", actor=actor),
        button=N_("Take back"),
        done=N_("The community is taken back."),
        lead=N_("For a community that was entered by mistake. One that has ended gets a last day."),
        target="communities.communities",
    ),
    "waive": Deed(
        N_("Waive one of the three pivot schools"),
        WaiverForm,
        _nothing,
        lambda code, form: services.grant_waiver(code, form.draft(), actor=actor),
        button=N_("Waive it"),
        lead=N_(
            "The criterion S2 then does not ask for it. Reason and name are printed with every "
            "count."
        ),
    ),
}


_DEED: Final = f"/communities/<code>/<any({', '.join(DEEDS)}):deed>"


@blueprint.get("/communities/<code>/facts")
@requires(Permission.COMMUNITY_VIEW)
def facts(code: str) -> ResponseReturnValue:
    """What is known of a community, what held when, and what is waived."""
    found = opened(code)
    waivers = services.waivers_of(found)
    words = {str(kind): label(kind) for kind in DesignationKind}
    return render_template(
        "communities/facts.html", opened=found, waivers=waivers, designation_words=words
    )


@blueprint.get(_DEED)
@requires(Permission.COMMUNITY_EDIT)
def community_form(code: str, deed: str) -> ResponseReturnValue:
    """The form for a change of the community itself."""
    found = opened_to_edit(code)
    form = DEEDS[deed].form(formdata=None, data=DEEDS[deed].fill(found))
    return _page(found, deed, form)


@blueprint.post(_DEED)
@requires(Permission.COMMUNITY_EDIT)
def change_community(code: str, deed: str) -> ResponseReturnValue:
    """Change the community itself."""
    found, done = opened_to_edit(code), DEEDS[deed]
    form = offered(done.form())
    return answer_form(
        form,
        lambda: done.save(code, form),
        lambda: _page(found, deed, form),
        done=done.done,
        target=lambda: url_for(done.target, code=None if done.leads_away else code),
    )


@blueprint.get("/communities/<code>/waivers/<int:waiver_id>/revoke")
@requires(Permission.COMMUNITY_EDIT)
def revocation_form(code: str, waiver_id: int) -> ResponseReturnValue:
    """The form that asks why a waiver ends."""
    found = opened_to_edit(code)
    if waiver_id not in {waiver.id for waiver in services.waivers_of(found)}:
        abort(404)
    return _revocation_page(found, ReasonForm(formdata=None))


@blueprint.post("/communities/<code>/waivers/<int:waiver_id>/revoke")
@requires(Permission.COMMUNITY_EDIT)
def revoke_waiver(code: str, waiver_id: int) -> ResponseReturnValue:
    """Ask for all three pivot schools again."""
    found, form = opened_to_edit(code), ReasonForm()
    return answer_form(
        form,
        lambda: services.revoke_waiver(code, waiver_id, form.reason.data or "", actor=actor),
        lambda: _revocation_page(found, form),
        done=N_("The waiver has ended."),
        target=lambda: url_for("communities.facts", code=code),
    )


@blueprint.get("/communities/<code>/history")
@requires(Permission.COMMUNITY_VIEW)
def history(code: str) -> ResponseReturnValue:
    """What became known when, by whom, and the journal of this community."""
    found = opened(code)
    told = services.history_of(
        found,
        actor=actor,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "communities/history.html", opened=found, history=told, changes_of=parse_changes
    )


def _page(found: OpenCommunity, deed: str, form: Form) -> str:
    done = DEEDS[deed]
    page = FormPage(
        title=done.title,
        button=done.button,
        cancel=url_for("communities.facts", code=found.code),
        opened=found,
        lead=done.lead,
        tab="facts",
    )
    return page.answer(offered(form))


def _revocation_page(found: OpenCommunity, form: Form) -> str:
    page = FormPage(
        title=N_("End the waiver"),
        button=N_("End it"),
        cancel=url_for("communities.facts", code=found.code),
        opened=found,
        lead=N_("From now on the criterion S2 asks for all three pivot schools again."),
        tab="facts",
    )
    return page.answer(form)
