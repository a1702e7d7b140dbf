"""What the pages about communities send."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import uuid4

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from community.communities.rules import CommunityDraft, CommunityModel, MembershipRole
from community.communities.rules.edits import (
    CharterEdit,
    CommunityFactsEdit,
    MeetingEdit,
    NewStay,
    ObjectiveEdit,
    StayCorrection,
    WaiverEdit,
)
from community.kernel.i18n import N_, gettext, label
from community.registry.rules import DesignationKind
from community.web.forms import Form, holds_from_field, required_day, said, truth_of

_ROLES: Final = {str(role): role for role in MembershipRole}


def cleaned(text: str | None) -> str | None:
    """A text without blanks around it and without what no page shows; blank is None."""
    kept = "".join(c for c in text or "" if c.isprintable() or c == "\n").strip()
    return kept or None


def _text(name: str, longest: int, *, hint: str = "", is_required: bool = False) -> StringField:
    needed = InputRequired() if is_required else Optional()
    return StringField(
        said(name),
        [needed, Length(max=longest)],
        filters=[cleaned],
        description=said(hint) if hint else "",
    )


def _day(name: str, *, hint: str = "", is_required: bool = False) -> DateField:
    needed = InputRequired() if is_required else Optional()
    return DateField(said(name), [needed], description=said(hint) if hint else "")


def _choices(kind: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(member), label(member)) for member in kind]


class CreatingForm(Form):
    """A form that enters something new; its key tells a second sending."""

    form_key = HiddenField()

    def renew_key(self) -> None:
        """Give an empty form its key."""
        self.form_key.data = self.form_key.data or str(uuid4())


class ChangingForm(Form):
    """A form that changes what is on file."""

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])


class ReasonForm(Form):
    """Why something is taken back."""

    reason = TextAreaField(
        said(N_("Reason")),
        [InputRequired(), Length(max=500)],
        filters=[cleaned],
        description=said(
            N_("It stays in the history, with your name. What was known until now stays visible.")
        ),
    )


# --- the community ----------------------------------------------------------------------------


class _IdentityForm(Form):
    # Declared before the facts, as the form shows its fields in this order.
    county = _text(N_("County"), 60, is_required=True, hint=N_("Code or name."))
    code = _text(
        N_("Code"),
        40,
        is_required=True,
        hint=N_("Used once in the whole system, for example JD-07. It cannot be changed later."),
    )


class _FactsForm(Form):
    name = _text(N_("Name of the community"), 120, is_required=True)
    model = SelectField(
        said(N_("Model")),
        [Optional()],
        description=said(
            N_(
                "Merged: one legal person. Co-built: separate legal persons, unified work. "
                "Collaborative: an alliance by agreement."
            )
        ),
    )
    is_listed = SelectField(said(N_("Listed in the five-year plan")), [Optional()])
    plan_document = _text(
        N_("Number of the plan document"),
        100,
        hint=N_("As in the archive; the file need not be here."),
    )
    approval_number = _text(N_("Number of the approval"), 100)
    founded_on = _day(N_("Founded on"), hint=N_("The first day. Blank: not known."))
    note = _text(N_("Note"), 500)

    def offer(self) -> None:
        """Fill the choices, in the language now in force."""
        unknown = gettext(N_("Not known"))
        self.model.choices = [("", unknown), *_choices(CommunityModel)]
        self.is_listed.choices = [
            ("", unknown),
            ("yes", gettext(N_("yes"))),
            ("no", gettext(N_("no"))),
        ]

    @property
    def chosen_model(self) -> CommunityModel | None:
        """The model as typed."""
        return CommunityModel(self.model.data) if self.model.data else None


class NewCommunityForm(CreatingForm, _IdentityForm, _FactsForm):
    """A community to be entered."""

    def draft(self, county_id: int) -> CommunityDraft:
        """The community as typed."""
        return CommunityDraft(
            county_id=county_id,
            code=self.code.data or "",
            name=self.name.data,
            model=self.chosen_model,
            is_listed=truth_of(self.is_listed.data),
            plan_document=self.plan_document.data,
            approval_number=self.approval_number.data,
            founded_on=self.founded_on.data,
            dissolved_on=None,
            note=self.note.data,
        )


class CommunityForm(ChangingForm, _FactsForm):
    """What is known of a community, to be changed from a day on."""

    holds_from = holds_from_field(
        N_(
            "From which day the plan listing, the documents and the model are so. What was "
            "entered for earlier days stays. To put right a wrong entry, choose its own day."
        )
    )

    def draft(self) -> CommunityFactsEdit:
        """The change as typed."""
        return CommunityFactsEdit(
            name=self.name.data or "",
            model=self.chosen_model,
            is_listed=truth_of(self.is_listed.data),
            plan_document=self.plan_document.data,
            approval_number=self.approval_number.data,
            founded_on=self.founded_on.data,
            note=self.note.data,
            holds_from=required_day(self.holds_from),
        )


class EndCommunityForm(ChangingForm):
    """The last day of a community."""

    dissolved_on = _day(
        N_("Last day of the community"),
        hint=N_("The community still exists on this day. Blank: it goes on."),
    )


class WaiverForm(Form):
    """One of the three pivot schools that is not asked for."""

    item = RadioField(said(N_("Not asked for")), [InputRequired()])
    reason = TextAreaField(
        said(N_("Reason")), [InputRequired(), Length(max=500)], filters=[cleaned]
    )
    granted_by_name = _text(
        N_("Decided by"), 60, is_required=True, hint=N_("Name of the person who answers for it.")
    )

    def offer(self) -> None:
        """Fill the choices, in the language now in force."""
        self.item.choices = _choices(DesignationKind)

    def draft(self) -> WaiverEdit:
        """The waiver as typed."""
        return WaiverEdit(self.item.data, self.reason.data or "", self.granted_by_name.data or "")


# --- members ----------------------------------------------------------------------------------


class NewStayForm(CreatingForm):
    """A school that joins. The schools to choose from are those that a search has found."""

    q = HiddenField()
    school_id = RadioField(said(N_("School")), [InputRequired()], coerce=str)
    role = RadioField(said(N_("Role")), [InputRequired()])
    joined_on = _day(N_("First day"), is_required=True)
    responsible_person = _text(
        N_("Responsible person"), 60, hint=N_("Who answers for the community in this school.")
    )

    def offer(self, schools: Iterable[tuple[str, str]] = ()) -> None:
        """Fill the choices, in the language now in force."""
        self.role.choices = _choices(MembershipRole)
        self.school_id.choices = list(schools)

    def draft(self) -> NewStay:
        """The stay as typed."""
        return NewStay(
            school_id=int(self.school_id.data),
            role=_ROLES[self.role.data],
            joined_on=required_day(self.joined_on),
            responsible_person=self.responsible_person.data,
        )


class EndStayForm(ChangingForm):
    """The last day of a school in the community."""

    left_on = _day(
        N_("Last day"), hint=N_("The school is still in on this day. Blank: it stays in.")
    )


class RoleForm(ChangingForm):
    """Another role from a day on."""

    role = RadioField(said(N_("New role")), [InputRequired()])
    holds_from = holds_from_field(
        N_("The first day in the new role. The old role ends on the day before.")
    )

    def offer(self) -> None:
        """Fill the choices, in the language now in force."""
        self.role.choices = _choices(MembershipRole)

    @property
    def chosen(self) -> MembershipRole:
        """The role as typed."""
        return _ROLES[self.role.data]


class PersonForm(ChangingForm):
    """Who is responsible in a school, from a day on."""

    responsible_person = _text(
        N_("Responsible person"), 60, hint=N_("Blank: from that day nobody is known.")
    )
    holds_from = holds_from_field(
        N_(
            "The first day on which the person answers for it. What was entered for earlier days "
            "stays. To put right a wrong name, choose the day on which it began."
        )
    )


class StayForm(ChangingForm):
    """A stay as it should have been entered."""

    role = RadioField(said(N_("Role")), [InputRequired()])
    joined_on = _day(N_("First day"), is_required=True)
    left_on = _day(N_("Last day"), hint=N_("Blank: it stays in."))
    note = _text(N_("Note"), 500)

    def offer(self) -> None:
        """Fill the choices, in the language now in force."""
        self.role.choices = _choices(MembershipRole)

    def draft(self) -> StayCorrection:
        """The correction as typed."""
        return StayCorrection(
            _ROLES[self.role.data], required_day(self.joined_on), self.left_on.data, self.note.data
        )


# --- charters, objectives, meetings -----------------------------------------------------------


class CharterForm(CreatingForm, ChangingForm):
    """A charter or agreement."""

    name = _text(N_("Name of the charter"), 200, is_required=True)
    effective_on = _day(N_("In force from"), is_required=True)
    expires_on = _day(N_("In force until"), hint=N_("The last day. Blank: without an end."))
    archive_number = _text(N_("Archive number"), 100)

    def draft(self) -> CharterEdit:
        """The charter as typed."""
        return CharterEdit(
            name=self.name.data or "",
            effective_on=required_day(self.effective_on),
            expires_on=self.expires_on.data,
            archive_number=self.archive_number.data,
        )


class ObjectiveForm(CreatingForm, ChangingForm):
    """An annual objective, with its review."""

    school_year = SelectField(said(N_("School year")), [InputRequired()])
    content = TextAreaField(
        said(N_("Objective")), [InputRequired(), Length(max=500)], filters=[cleaned]
    )
    target_value = _text(
        N_("Target value"), 60, is_required=True, hint=N_("With its unit, for example 20 lessons.")
    )
    achieved_value = _text(
        N_("Value reached"), 60, hint=N_("Found in the review; blank until there has been one.")
    )
    reviewed_on = _day(N_("Reviewed on"))

    def offer(self, years: Iterable[str]) -> None:
        """Fill the choices."""
        self.school_year.choices = [("", gettext(N_("choose"))), *((year, year) for year in years)]

    def draft(self) -> ObjectiveEdit:
        """The objective as typed."""
        return ObjectiveEdit(
            school_year=self.school_year.data,
            content=self.content.data or "",
            target_value=self.target_value.data or "",
            achieved_value=self.achieved_value.data,
            reviewed_on=self.reviewed_on.data,
        )


class MeetingForm(CreatingForm, ChangingForm):
    """A meeting of the council."""

    held_on = _day(N_("Day"), is_required=True)
    topic = _text(N_("Topic"), 200, is_required=True)
    minutes_number = _text(
        N_("Archive number of the minutes"), 100, hint=N_("Blank until the minutes are filed.")
    )

    def draft(self) -> MeetingEdit:
        """The meeting as typed."""
        return MeetingEdit(
            required_day(self.held_on), self.topic.data or "", self.minutes_number.data
        )


# --- signatures, all in one -------------------------------------------------------------------


class SignaturesForm(ChangingForm):
    """One day per school; `signatures_form` adds the fields."""

    reason = _text(
        N_("Reason, where a signature is taken back"),
        500,
        hint=N_("Needed only when you have emptied a day that was on file."),
    )

    @property
    def signed(self) -> Mapping[int, date | None]:
        """The days as typed, by membership."""
        return {
            int(field.name.removeprefix("signed_")): field.data
            for field in self
            if field.name.startswith("signed_")
        }


def signatures_form(schools: Mapping[int, str]) -> type[SignaturesForm]:
    """A form with a day for each of these memberships, which are called by their school."""
    fields = {
        f"signed_{membership_id}": DateField(name, [Optional()])
        for membership_id, name in schools.items()
    }
    return type("SignaturesOfCommunityForm", (SignaturesForm,), fields)
