"""Clause 结构: who belongs to the community on D (S1–S6)."""

from community.audits.rules.facts import MembershipFacts, SchoolFacts
from community.audits.rules.results import Finding, Outcome, Remedy
from community.audits.rules.rule_set import Case, Terms
from community.communities.rules import MembershipRole
from community.kernel.i18n import N_, Listing, Message
from community.registry.rules import DesignationKind, Ownership, SchoolType

DESIGNATION_LABELS = {
    DesignationKind.CENTRAL_KINDERGARTEN: N_("township central kindergarten"),
    DesignationKind.CENTRAL_PRIMARY: N_("central primary school"),
    DesignationKind.PUBLIC_BOARDING: N_("public boarding school"),
}


def _with_role(case: Case, role: MembershipRole) -> list[MembershipFacts]:
    return [m for m in case.facts.members_on(case.period.as_of) if m.role is role]


def check_lead(case: Case, terms: Terms) -> Finding:
    """S1: exactly one lead on D, public or an education resource, and urban."""
    leads = [m.school for m in _with_role(case, MembershipRole.LEAD)]
    standing = [_lead_standing(school, terms) for school in leads]
    value = {"leads": len(leads), "qualified": sum(s is Outcome.PASS for s in standing)}
    if len(leads) != 1:
        because = (
            Message(N_("There is no lead school."))
            if not leads
            else Message(
                N_("There are %(count)d lead schools: %(names)s."),
                {"count": len(leads), "names": Listing(tuple(s.name for s in leads))},
            )
        )
        return Finding(Outcome.FAIL, value, terms.threshold, because)
    lead, outcome = leads[0], standing[0]
    if outcome is Outcome.MISSING:
        because = Message(
            N_("The ownership, urban–rural class or township of %(school)s is not on file."),
            {"school": lead.name},
        )
        return Finding(
            outcome,
            value,
            terms.threshold,
            because,
            (Remedy.by(lead, because),),
        )
    because = (
        Message(N_("%(school)s leads and qualifies."), {"school": lead.name})
        if outcome is Outcome.PASS
        else Message(
            N_("%(school)s leads, but is not a public urban school or education resource."),
            {"school": lead.name},
        )
    )
    return Finding(outcome, value, terms.threshold, because)


def _lead_standing(school: SchoolFacts, terms: Terms) -> Outcome:
    """Whether a lead qualifies. A blank is missing unless something known already fails."""
    owner = school.ownership is Ownership.PUBLIC or school.type is SchoolType.EDUCATION_RESOURCE
    owner_unknown = not owner and school.ownership is None
    urban, urban_unknown = _is_urban(school, terms)
    if owner and urban:
        return Outcome.PASS
    if (owner or owner_unknown) and (urban or urban_unknown):
        return Outcome.MISSING
    return Outcome.FAIL


def _is_urban(school: SchoolFacts, terms: Terms) -> tuple[bool, bool]:
    """(is urban, cannot be known). A town centre is urban only in the county seat."""
    if school.is_flagged_urban:
        return True, False
    if school.urban_rural_class is None:
        return False, True
    if school.urban_rural_class in terms.parameters["urban_classes"]:
        return True, False
    if school.urban_rural_class == terms.parameters["seat_class"]:
        return bool(school.is_in_county_seat), school.is_in_county_seat is None
    return False, False


def check_pivots(case: Case, terms: Terms) -> Finding:
    """S2: on D at least one pivot of each of the three kinds; a kind may be waived."""
    pivots = [m.school for m in _with_role(case, MembershipRole.PIVOT)]
    value = {kind.value: sum(kind in p.designations for p in pivots) for kind in DesignationKind}
    absent = [kind for kind in DesignationKind if value[kind.value] < terms.threshold[kind.value]]
    waived = [kind for kind in absent if ("S2", kind.value) in case.facts.waivers]
    lacking = [kind for kind in absent if kind not in waived]
    undesignated = [p for p in pivots if not p.designations]
    names = Listing(tuple(Message(DESIGNATION_LABELS[kind]) for kind in lacking))
    if lacking and undesignated:
        return Finding(
            Outcome.MISSING,
            value,
            terms.threshold,
            Message(N_("It is not on file which pivot school is: %(kinds)s."), {"kinds": names}),
            tuple(
                Remedy(
                    Message(N_("The kind of pivot school of %(school)s."), {"school": p.name}),
                    p.school_id,
                    p.name,
                )
                for p in undesignated
            ),
        )
    if lacking:
        because = Message(N_("Among the pivot schools there is no: %(kinds)s."), {"kinds": names})
        return Finding(Outcome.FAIL, value, terms.threshold, because)
    if waived:
        reasons = Listing(tuple(case.facts.waivers["S2", kind.value] for kind in waived))
        because = Message(N_("Waived by the county: %(reasons)s"), {"reasons": reasons})
        return Finding(Outcome.WAIVED, value, terms.threshold, because)
    because = Message(N_("All three kinds of pivot school are there."))
    return Finding(Outcome.PASS, value, terms.threshold, because)


def check_members(case: Case, terms: Terms) -> Finding:
    """S3: on D at least one further rural member; the role decides."""
    count = len(_with_role(case, MembershipRole.MEMBER))
    outcome = Outcome.PASS if count >= terms.threshold else Outcome.FAIL
    because = Message(N_("Rural member schools: %(count)d."), {"count": count})
    return Finding(outcome, count, terms.threshold, because)


def check_one_county(case: Case, terms: Terms) -> Finding:
    """S4: all schools on D in one county-level division."""
    count = len({m.school.county_id for m in case.facts.members_on(case.period.as_of)})
    outcome = Outcome.PASS if count <= terms.threshold else Outcome.FAIL
    because = Message(N_("County-level divisions among the schools: %(count)d."), {"count": count})
    return Finding(outcome, count, terms.threshold, because)


def check_size(case: Case, terms: Terms) -> Finding:
    """S5: not too many schools or pupils; a limit that known figures exceed is exceeded."""
    schools = [m.school for m in case.facts.members_on(case.period.as_of)]
    unknown = [s for s in schools if s.pupils is None]
    value = {"schools": len(schools), "pupils": sum(s.pupils or 0 for s in schools)}
    params = {"schools": len(schools), "pupils": value["pupils"]}
    if any(value[key] > terms.threshold[key] for key in value):
        because = Message(N_("Too large: %(schools)d schools, %(pupils)d pupils."), params)
        return Finding(Outcome.FAIL, value, terms.threshold, because)
    if unknown:
        remedies = tuple(
            Remedy(
                Message(N_("The number of pupils of %(school)s."), {"school": s.name}),
                s.school_id,
                s.name,
            )
            for s in unknown
        )
        because = Message(
            N_("The number of pupils is not on file for: %(schools)s."),
            {"schools": Listing(tuple(s.name for s in unknown))},
        )
        return Finding(Outcome.MISSING, value, terms.threshold, because, remedies)
    because = Message(N_("%(schools)d schools, %(pupils)d pupils."), params)
    return Finding(Outcome.PASS, value, terms.threshold, because)


def check_no_second_community(case: Case, terms: Terms) -> Finding:
    """S6: no school on D is in another community on D."""
    elsewhere = [
        m.school
        for m in case.facts.members_on(case.period.as_of)
        if m.school.school_id in case.facts.schools_elsewhere
    ]
    if not elsewhere:
        because = Message(N_("No school is in another community."))
        return Finding(Outcome.PASS, 0, terms.threshold, because)
    because = Message(
        N_("Also in another community: %(schools)s."),
        {"schools": Listing(tuple(s.name for s in elsewhere))},
    )
    outcome = Outcome.PASS if len(elsewhere) <= terms.threshold else Outcome.FAIL
    return Finding(outcome, len(elsewhere), terms.threshold, because)
