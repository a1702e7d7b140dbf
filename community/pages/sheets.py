"""What pages offer as files."""

from collections.abc import Sequence

from community.audits.rules.missing import Missing
from community.kernel.formats import instant
from community.kernel.i18n import N_, current_locale, gettext, label
from community.kernel.workbook.writing import CellType, Heading, Listing
from community.pages.services import Scope


def missing_listing(missing: Sequence[Missing], scope: Scope) -> Listing:
    """What is missing, from whom, since when, and what it would change."""
    locale = current_locale()
    title = gettext(N_("What is missing"))
    return Listing(
        title=f"{scope.name} {title}",
        headings=(
            Heading(gettext(N_("Community")), 12, CellType.CODE),
            Heading(gettext(N_("Name")), 34),
            Heading(gettext(N_("Criterion")), 34),
            Heading(gettext(N_("What is missing")), 50),
            Heading(gettext(N_("From whom")), 30),
            Heading(gettext(N_("Responsible person")), 14),
            Heading(gettext(N_("Since")), 12, CellType.DAY),
            Heading(gettext(N_("Effect on the count")), 34),
        ),
        rows=(
            (
                m.count.facts.code,
                m.count.facts.name,
                f"{m.criterion.id} {m.criterion.title[locale]}",
                str(m.what),
                m.school_name or gettext(N_("The county")),
                m.person,
                m.since,
                label(m.effect),
            )
            for m in missing
        ),
        about=(
            (gettext(N_("As of")), scope.period.as_of.isoformat()),
            (gettext(N_("As known at")), instant(scope.known_at)),
            (gettext(N_("School year")), scope.period.school_year),
            (gettext(N_("Rules of the count")), scope.rule_set.title[locale]),
        ),
    )
