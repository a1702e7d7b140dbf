"""Every model's name is a word of the glossary, so that code and people say the same."""

import re

from community.kernel.database import Base
from config import ROOT


def test_every_model_is_in_the_glossary(app: object) -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`(\w+)", text))
    models = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    assert len(models) >= 30
    assert models <= words, "explain them in docs/glossary.md"


def test_the_glossary_explains_nothing_that_is_gone(app: object) -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = text.partition("## Tables")[2]
    words = set(re.findall(r"^\| [^|]+ \| [^|]+ \| `(\w+)`", table, re.MULTILINE))
    models = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    assert words == models
