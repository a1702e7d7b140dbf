"""What the page of a monthly confirmation sheet sends."""

from wtforms import StringField
from wtforms.validators import Length

from community.evidence.forms import EvidenceField
from community.kernel.i18n import N_
from community.web.forms import Form, said


class SheetForm(Form):
    """The signed sheet: a photograph of it, or where it is kept."""

    photograph = EvidenceField(said(N_("Photograph of the signed sheet")))
    paper = StringField(said(N_("Archive number of the signed sheet")), [Length(max=200)])
