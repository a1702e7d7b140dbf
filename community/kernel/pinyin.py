"""Search keys, so that people find a Chinese name by typing its pinyin."""

from pypinyin import Style, lazy_pinyin


def search_key(*names: str | None, longest: int = 400) -> str:
    """Initials and full pinyin of names, each once, in lower case (`qxcwxx quxicuiweixuexiao`)."""
    keys: dict[str, None] = {}
    for name in names:
        if name:
            keys["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()] = None
            keys["".join(lazy_pinyin(name)).lower()] = None
    return " ".join(keys)[:longest]
