"""Clause 目标明确: the plan and the annual objectives (G1, G2)."""

from community.audits.rules.results import Finding, Outcome, Remedy
from community.audits.rules.rule_set import Case, Terms
from community.kernel.i18n import N_, Message


def check_plan(case: Case, terms: Terms) -> Finding:
    """G1: listed in the county's five-year plan, with the document on file."""
    listed, document = case.facts.is_listed, case.facts.has_plan_document
    value = {"listed": int(listed is True), "document": int(document)}
    if listed is False:
        because = Message(N_("The community is not listed in the county's five-year plan."))
        return Finding(Outcome.FAIL, value, terms.threshold, because)
    if listed is None:
        because = Message(N_("It is not on file whether the five-year plan lists the community."))
    elif not document:
        because = Message(N_("The archive number of the plan document is not on file."))
    else:
        because = Message(N_("Listed in the five-year plan, with its document on file."))
        return Finding(Outcome.PASS, value, terms.threshold, because)
    return Finding(Outcome.MISSING, value, terms.threshold, because, (Remedy(because),))


def check_objectives(case: Case, terms: Terms) -> Finding:
    """G2: a measurable annual objective of the window's school year, with its review."""
    year = case.period.school_year
    objectives = [o for o in case.facts.objectives if o.school_year == year]
    count = sum(o.is_complete for o in objectives)
    params = {"year": year, "count": count}
    if count >= terms.threshold:
        because = Message(N_("Reviewed objectives of %(year)s: %(count)d."), params)
        return Finding(Outcome.PASS, count, terms.threshold, because)
    if not objectives:
        because = Message(N_("There is no annual objective of %(year)s."), params)
        return Finding(Outcome.FAIL, count, terms.threshold, because)
    because = Message(
        N_("No objective of %(year)s has a target, a result and a day of review."), params
    )
    lead = case.facts.lead_on(case.period.as_of)
    remedy = Remedy.by(lead, because)
    return Finding(Outcome.MISSING, count, terms.threshold, because, (remedy,))
