"""What the pages send on which evidence is added to a record, or taken back."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from community.activities.rules import REASON_LENGTH, REASON_NEEDED
from community.evidence.forms import EvidenceField
from community.kernel.i18n import N_
from community.web.forms import Form, said


class AddEvidenceForm(Form):
    """Files for a record on file."""

    evidence = EvidenceField(said(N_("Files")))


class WithdrawEvidenceForm(Form):
    """Why a piece of evidence is taken back."""

    reason = TextAreaField(
        said(N_("Why it is taken back")),
        [InputRequired(said(REASON_NEEDED)), Length(max=REASON_LENGTH)],
    )
