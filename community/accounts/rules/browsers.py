"""What a browser is called where somebody is signed in."""

from typing import Final

# The words of a user agent, the most telling first: many name others beside themselves.
_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("WPS", "WPS"),
    ("QQBrowser", "QQ"),
    ("QIHU", "360"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Browser and system by their usual names (`Chrome · Windows`); of others what they say."""
    found = (
        next((name for word, name in words if word in user_agent), "")
        for words in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in found if name) or user_agent
