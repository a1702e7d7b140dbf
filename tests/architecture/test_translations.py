"""Both languages are complete, and the Chinese one is really read."""

import string

import pytest
from babel.messages.pofile import read_po

from community.kernel import i18n
from community.kernel.i18n import gettext, ngettext, use_locale
from scripts import translations


def test_the_catalogue_fits_the_code() -> None:
    """Nothing untranslated, uncertain, malformed, or left over."""
    assert list(translations.find_gaps()) == []


def test_chinese_is_the_default_and_is_found() -> None:
    """A catalogue in the wrong directory would be ignored without a word."""
    assert gettext("Sign in") == "登录"
    with use_locale("en"):
        assert gettext("Sign in") == "Sign in"
    with use_locale("fr"):
        assert gettext("Sign in") == "登录"


def test_a_plural_is_one_form_in_chinese_and_two_in_english() -> None:
    with use_locale("en"):
        assert ngettext("%(num)s row", "%(num)s rows", 1) == "1 row"
        assert ngettext("%(num)s row", "%(num)s rows", 2) == "2 rows"


def test_the_english_texts_are_english() -> None:
    """English has no catalogue: what is written in the code is read. Chinese words that a
    workbook must hold are quoted in it, no more."""
    with translations.CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale=translations.LOCALE)
    texts = [entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue]
    assert len(texts) > 200
    for text in filter(None, texts):
        chinese = sum("\u4e00" <= sign <= "\u9fff" for sign in text)
        latin = sum(sign in string.ascii_letters for sign in text)
        assert chinese * 4 <= latin, text


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_locale_can_be_asked_for(locale: str) -> None:
    with use_locale(locale):
        assert i18n.current_locale() == locale


def test_every_sentence_keeps_its_names_in_chinese() -> None:
    """`%(count)s` is in both, or in neither."""
    with translations.CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale=translations.LOCALE)
    for entry in catalogue:
        if isinstance(entry.id, str) and isinstance(entry.string, str) and entry.string:
            assert names_in(entry.string) <= names_in(entry.id), entry.id


def names_in(text: str) -> set[str]:
    parts = text.split("%(")[1:]
    return {part.partition(")")[0] for part in parts if part[0] in string.ascii_letters}
