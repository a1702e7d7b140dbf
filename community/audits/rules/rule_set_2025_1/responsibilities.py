"""Clause 权责清晰: charter, responsible persons, council (R1–R3)."""

from community.audits.rules.facts import MembershipFacts, term_name
from community.audits.rules.results import Finding, Outcome, Remedy
from community.audits.rules.rule_set import Case, Terms
from community.kernel.i18n import N_, Listing, Message


def _names(memberships: list[MembershipFacts]) -> Listing:
    return Listing(tuple(m.school.name for m in memberships))


def check_charter(case: Case, terms: Terms) -> Finding:
    """R1: a charter in force on D, signed by D by every school on D. Fail goes before missing."""
    day = case.period.as_of
    members = case.facts.members_on(day)
    charters = case.facts.charters
    in_force = sum(c.is_in_force_on(day) for c in charters)
    signed = [m for m in members if m.signed_on is not None and m.signed_on <= day]
    late = [m for m in members if m.signed_on is not None and m.signed_on > day]
    unsigned = [m for m in members if m.signed_on is None]
    value = {"charters": in_force, "signed": len(signed)}
    threshold = {**terms.threshold, "signed": len(members)}
    undated = [c for c in charters if c.effective_on is None]
    lead = case.facts.lead_on(day)

    if in_force < threshold["charters"] and not undated:
        because = (
            Message(N_("No charter is in force on the day."))
            if charters
            else Message(N_("There is no charter on file."))
        )
        return Finding(Outcome.FAIL, value, threshold, because)
    if late:
        because = Message(N_("Signed only after the day: %(schools)s."), {"schools": _names(late)})
        return Finding(Outcome.FAIL, value, threshold, because)

    remedies: list[Remedy] = []
    if in_force < threshold["charters"]:
        remedies.append(
            Remedy.by(lead, Message(N_("The first day of the charter is not on file.")))
        )
    remedies += [
        Remedy(
            Message(N_("The day on which %(school)s signed."), {"school": m.school.name}),
            m.school.school_id,
            m.school.name,
        )
        for m in unsigned
    ]
    if unsigned:
        because = Message(
            N_("The day of signing is not on file for %(count)d school(s): %(schools)s."),
            {"count": len(unsigned), "schools": _names(unsigned)},
        )
    elif remedies:
        because = remedies[0].message
    else:
        because = Message(
            N_("A charter is in force, signed by all %(count)d schools."), {"count": len(signed)}
        )
    outcome = Outcome.MISSING if remedies else Outcome.PASS
    return Finding(outcome, value, threshold, because, tuple(remedies))


def check_responsible_persons(case: Case, _terms: Terms) -> Finding:
    """R2: a named responsible person in every school on D."""
    members = case.facts.members_on(case.period.as_of)
    without = [m for m in members if not m.responsible_person]
    value = len(members) - len(without)
    if not members:
        because = Message(N_("No school is in the community on the day."))
        return Finding(Outcome.NOT_APPLICABLE, 0, 0, because)
    if without:
        because = Message(
            N_("The responsible person is not on file for: %(schools)s."),
            {"schools": _names(without)},
        )
        remedies = tuple(
            Remedy(
                Message(N_("The responsible person of %(school)s."), {"school": m.school.name}),
                m.school.school_id,
                m.school.name,
            )
            for m in without
        )
        return Finding(Outcome.MISSING, value, len(members), because, remedies)
    because = Message(N_("Every school has a responsible person."))
    return Finding(Outcome.PASS, value, len(members), because)


def check_meetings(case: Case, terms: Terms) -> Finding:
    """R3: council meetings with minutes in each judged term, up to D."""
    judged = case.period.judged_terms
    value: dict[str, int] = {}
    lacking: list[str] = []
    undocumented: list[str] = []
    for term in judged:
        meetings = [m for m in case.facts.meetings if term.starts_on <= m.held_on <= term.ends_on]
        value[term.key] = sum(m.has_minutes for m in meetings)
        if value[term.key] < terms.threshold["each_term"]:
            lacking.append(term.key)
            if any(not m.has_minutes for m in meetings):
                undocumented.append(term.key)
    if not judged:
        because = Message(N_("No term of the school year had begun by the day."))
        return Finding(Outcome.NOT_APPLICABLE, value, terms.threshold, because)
    if not lacking:
        because = Message(N_("There is a meeting with minutes in each term."))
        return Finding(Outcome.PASS, value, terms.threshold, because)
    params = {"terms": Listing(tuple(term_name(key) for key in lacking))}
    if lacking == undocumented:
        because = Message(
            N_("There were meetings, but the minutes are not on file: %(terms)s."), params
        )
        lead = case.facts.lead_on(case.period.as_of)
        remedy = Remedy.by(lead, because)
        return Finding(Outcome.MISSING, value, terms.threshold, because, (remedy,))
    because = Message(N_("There is no council meeting with minutes: %(terms)s."), params)
    return Finding(Outcome.FAIL, value, terms.threshold, because)
