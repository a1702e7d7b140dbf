"""What pages offer as files."""

from collections.abc import Sequence

from community.audits.rules.missing import Missing
from community.kernel.formats import instant
from community.kernel.i18n import N_, current_locale, gettext, label
from community.kernel.workbook.writing import CellType, Heading, Listing
from community.pages.services import Scope
from community.pages.services.closing import Closing


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
            Heading(gettext(N_("Missing since")), 12, CellType.DAY),
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


def closing_listing(closing: Closing) -> Listing:
    """What a term leaves open, and who owes it."""
    return Listing(
        title=gettext(N_("What the term leaves open")),
        headings=(
            Heading(gettext(N_("What is open")), 22),
            Heading(gettext(N_("Community")), 12, CellType.CODE),
            Heading(gettext(N_("Name")), 34),
            Heading(gettext(N_("Who owes it")), 30),
            Heading(gettext(N_("What exactly")), 50),
            Heading(gettext(N_("Since")), 12, CellType.DAY),
        ),
        rows=(
            (
                label(item.kind),
                item.community_code,
                item.community_name,
                item.owner or gettext(N_("The county")),
                str(item.what),
                item.since,
            )
            for item in closing.items
        ),
        about=(
            (gettext(N_("Place")), closing.opened.place_name or gettext(N_("Own communities"))),
            (
                gettext(N_("Term")),
                f"{closing.term.starts_on.isoformat()} – {closing.term.ends_on.isoformat()}",
            ),
            (gettext(N_("As of")), closing.known_on.isoformat()),
        ),
    )
