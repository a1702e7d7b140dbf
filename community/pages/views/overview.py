"""City, county, community, criterion, rule set."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.accounts.rules.reach import SignedInActor
from community.audits import services as audits
from community.audits.rules import pictures
from community.communities import services as communities
from community.journal.views import log_view_of_people
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, label
from community.pages import queries, rules, services
from community.pages.forms import Pickers, read_pickers
from community.web import navigation
from community.web.security import requires

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(label, "label")
reader: SignedInActor = current_user  # a proxy; guarded views have somebody behind it


def pickers_of_address() -> Pickers:
    """D, K and the school year that the address asks for."""
    return read_pickers(request.args, services.usual_day())


@blueprint.errorhandler(RuleViolationError)
def ask_again(error: RuleViolationError) -> ResponseReturnValue:
    """The pickers as they were typed, and what is wrong with them: nothing else can be here."""
    is_pair = (request.endpoint or "").startswith("pages.compare_")
    page = "pages/pickers.html"
    return render_template(page, error=error, typed=request.args, is_pair=is_pair), 422


def own_region() -> dict[str, str] | None:
    """The address values of the reader's own city or county, where the scope is one."""
    if reader.school_id is not None or reader.region_code is None:
        return None
    return {"code": reader.region_code}


@blueprint.get("/regions/<code>")
@requires(Permission.COUNTY_VIEW)
def region(code: str) -> ResponseReturnValue:
    """A city with each of its counties, or one county."""
    pickers = pickers_of_address()
    count = audits.count_region(code, pickers.question, actor=current_user)
    context = {
        "count": count,
        "pickers": pickers,
        "pictures": pictures.build_region_pictures(count.regions, count.period),
        "this_year": services.this_year(count),
    }
    if count.city is not None:
        return render_template("pages/city.html", city=count.city, **context)
    return render_template("pages/county.html", region=count.regions[0], **context)


@blueprint.get("/communities/<code>")
@requires(Permission.COMMUNITY_VIEW)
def community(code: str) -> ResponseReturnValue:
    """One community: its schools, network, time line, and every criterion."""
    pickers = pickers_of_address()
    opened = communities.open_community(code, actor=current_user)
    if not (request.args.get("as_of") or opened.exists_on(pickers.as_of)):
        return redirect(url_for("communities.facts", code=code))
    judgement = audits.judge_community(code, pickers.question, actor=current_user)
    count = judgement.count
    log_view_of_people(count.facts.county_id)
    return render_template(
        "pages/community.html",
        opened=opened,
        judgement=judgement,
        community=count,
        pickers=pickers,
        pictures=pictures.build_community_pictures(count),
        county_names=queries.division_names(
            session(), {m.school.county_id for m in count.members} | {count.facts.county_id}
        ),
    )


@blueprint.get("/communities/<code>/criteria/<criterion_id>")
@requires(Permission.COMMUNITY_VIEW)
def criterion(code: str, criterion_id: str) -> ResponseReturnValue:
    """One criterion of a community, with the records behind it, those left out too."""
    pickers = pickers_of_address()
    judgement = audits.judge_community(code, pickers.question, actor=current_user)
    found = judgement.count.criterion(criterion_id)
    if found is None:
        raise NotFoundError
    log_view_of_people(judgement.count.facts.county_id)
    records = rules.records_of(judgement.count, found)
    return render_template(
        "pages/criterion.html",
        judgement=judgement,
        community=judgement.count,
        criterion=found,
        records=records,
        included=services.describe(records.included, judgement.known_at) if records else [],
        excluded=services.describe(records.excluded, judgement.known_at) if records else [],
        members=rules.members_of(judgement.count, found),
        pickers=pickers,
    )


@blueprint.get("/rule-sets/<version>")
@requires(Permission.RULE_SET_VIEW)
def rule_set(version: str) -> ResponseReturnValue:
    """A published rule set, whole."""
    return render_template("pages/rule_set.html", rule_set=audits.rule_set(version))


navigation.add(
    N_("Audit of communities"),
    "pages.region",
    Permission.COUNTY_VIEW,
    icon="audit",
    order=20,
    values=lambda _actor: own_region(),
)
navigation.add(
    N_("Rules of the count"),
    "pages.rule_set",
    Permission.RULE_SET_VIEW,
    icon="rules",
    order=60,
    values=lambda _actor: {"version": audits.CURRENT_VERSION},
)
