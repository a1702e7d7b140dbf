"""Chinese names in pinyin: search keys, and what a password must not be made of."""


def syllables(text: str) -> list[str]:
    """The pinyin of a text, one syllable per character; what is not Chinese stays together."""
    from pypinyin import lazy_pinyin  # its dictionaries would slow every start of a command

    return [str(syllable) for syllable in lazy_pinyin(text)]


def search_key(*names: str | None, longest: int = 400) -> str:
    """Initials and full pinyin of names, each once, in lower case (`qxcwxx quxicuiweixuexiao`)."""
    from pypinyin import Style, lazy_pinyin

    keys: dict[str, None] = {}
    for name in names:
        if name:
            keys["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()] = None
            keys["".join(syllables(name)).lower()] = None
    return " ".join(keys)[:longest]
