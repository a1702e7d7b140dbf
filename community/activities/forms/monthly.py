"""What the page of a monthly confirmation sheet sends."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import StringField
from wtforms.validators import Length

from community.activities.forms.goods import GoodsFields, Said, arrival_field, fields_of
from community.activities.rules import GoodsLine, ReceiptDraft
from community.evidence.forms import EvidenceField
from community.kernel.i18n import N_
from community.web.forms import Form, required_day, said

_Goods = Mapping[int, Sequence[GoodsLine]]  # by record


class SheetForm(Form):
    """The signed sheet: a photograph of it, or where it is kept; and what it says that arrived of
    the goods on it."""

    goods_lines: _Goods = {}  # noqa: RUF012 - read only, of the subclass
    photograph = EvidenceField(said(N_("Photograph of the signed sheet")))
    paper = StringField(said(N_("Archive number of the signed sheet")), [Length(max=200)])

    @property
    def goods(self) -> Mapping[int, GoodsFields]:
        """The fields of the goods, by record."""
        return {
            activity_id: GoodsFields(self, f"goods-{activity_id}-", lines)
            for activity_id, lines in self.goods_lines.items()
        }

    def validate(self, *args: Any, **options: Any) -> bool:
        """Hold what was typed against the shape of the form."""
        is_fit = bool(super().validate(*args, **options))
        for goods in self.goods.values():
            is_fit = goods.validate() and is_fit
        return is_fit

    def received(self) -> dict[int, ReceiptDraft]:
        """What the sheet says that arrived, by record; raises as `GoodsFields.draft` does."""
        if not self.goods_lines:
            return {}
        day = required_day(self.received_on)
        drafts = {number: fields.draft(day) for number, fields in self.goods.items()}
        return {number: draft for number, draft in drafts.items() if draft is not None}


def sheet_form(goods: _Goods, **options: Any) -> SheetForm:
    """The form for a sheet with these goods on it."""
    fields: dict[str, Any] = {"goods_lines": goods}
    if goods:
        fields["received_on"] = arrival_field()
    for activity_id, lines in goods.items():
        fields |= fields_of(f"goods-{activity_id}-", len(lines), *Said)
    form: SheetForm = type("GoodsSheetForm", (SheetForm,), fields)(**options)
    return form
