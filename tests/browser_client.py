"""A client that holds every page it loads to the contract of all pages."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from lxml import etree
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

ORIGIN: Final = "http://localhost"
_LABELLED: Final = frozenset({"input", "select", "textarea"})
_UNLABELLED_TYPES: Final = frozenset({"hidden", "submit", "button", "image", "reset"})


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and what it holds as loaded."""

    action: str
    method: str
    fields: dict[str, Any]
    id: str | None = None


@dataclass(frozen=True)
class Page:
    """A page that kept the contract."""

    response: TestResponse
    address: str
    root: Element
    forms: list[Form] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def title(self) -> str:
        """The text of `<title>`."""
        return text_of(self.root.find(".//title"))

    @property
    def text(self) -> str:
        """All visible text, with single spaces."""
        return text_of(self.root.find(".//body"))

    @property
    def links(self) -> list[str]:
        """The addresses of all links, as written."""
        return [str(link.get("href")) for link in self.root.iter("a") if link.get("href")]

    def form(self, action: str = "") -> Form:
        """The one form whose action contains `action`."""
        found = [form for form in self.forms if action in form.action]
        assert len(found) == 1, f"{len(found)} forms to {action!r} on {self.address}"
        return found[0]


def text_of(element: Element | None) -> str:
    """The text in an element, with single spaces."""
    assert element is not None
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


class Browser:
    """Loads pages, submits their forms, and checks what every page promises."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, address: str, status: int = 200, **options: Any) -> Page:
        """Load a page, following redirects."""
        response = self.client.get(address, follow_redirects=True, **options)
        return self._checked(response, status)

    def post(self, address: str, data: dict[str, Any], status: int = 200, **options: Any) -> Page:
        """Send a body to an address, following redirects. The token must be in it."""
        response = self.client.post(address, data=data, follow_redirects=True, **options)
        return self._checked(response, status)

    def submit(self, page: Page, action: str = "", status: int = 200, **values: Any) -> Page:
        """Fill in and send the form of a page whose action contains `action`."""
        form = page.form(action)
        address = urljoin(page.address, form.action)
        fields = form.fields | {name: value for name, value in values.items() if value is not None}
        if form.method == "post":
            # Over TLS Flask-WTF compares it; a browser always sends it.
            return self.post(address, fields, status, headers={"Referer": page.address})
        return self.get(address, status, query_string=fields)

    def _checked(self, response: TestResponse, status: int) -> Page:
        request = response.request
        address = request.url
        assert response.status_code == status, (
            f"{request.method} {address}: {response.status_code}, not {status}\n"
            f"{response.get_data(as_text=True)[:2000]}"
        )
        check_headers(response)
        if response.mimetype != "text/html":
            return Page(response, address, Element("none"))
        root = _parsed(response.get_data(as_text=True), address)
        page = Page(response, address, root, [_form(form) for form in root.iter("form")])
        self._check_page(page)
        return page

    def _check_page(self, page: Page) -> None:
        root, where = page.root, page.address
        assert page.title, f"{where} has no title"
        html_lang = root.get("lang")
        assert html_lang in ("zh-Hans", "en"), f"{where} says no language"
        headings = list(root.iter("h1"))
        assert len(headings) == 1, f"{where} has {len(headings)} first headings"
        identifiers = [str(element.get("id")) for element in root.iter() if element.get("id")]
        twice = {name for name in identifiers if identifiers.count(name) > 1}
        assert not twice, f"{where} has ids twice: {twice}"
        check_references(root, set(identifiers), where)
        check_scripts_and_styles(page)
        check_labels(root, where)
        for form in page.forms:
            self._check_action(form, page)

    def _check_action(self, form: Form, page: Page) -> None:
        target = urlsplit(urljoin(page.address, form.action))
        here = urlsplit(page.address)
        assert target.netloc == here.netloc, f"{page.address} has a form that leads away"
        adapter = self.app.url_map.bind(here.netloc)
        try:
            adapter.match(target.path, method=form.method.upper())
        except HTTPException as error:
            raise AssertionError(f"{page.address}: form to {target.path}: {error}") from error
        if form.method == "post":
            assert form.fields.get("csrf_token"), f"{page.address}: form without a token"


# Of libxml2's complaints what it says of elements younger than itself.
_UNKNOWN_ELEMENT: Final = 801
# Rows, entries, options and shapes that are built alike.
_REPEATED: Final = re.compile(r"(<(tr|li|option|rect|g|line|circle|path|text)\b.*?</\2>)(?:\s*\1)+")
_valid: set[str] = set()  # the skeletons of pages that were valid


def _parsed(text: str, address: str) -> Element:
    """The tree of a page, which must open and close its elements well. (lxml's elements answer
    as those of the standard library do.)"""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root: Element = etree.fromstring(text.encode(), parser)
    faults = [
        f"line {fault.line}: {fault.message}"
        for fault in parser.error_log
        if fault.type != _UNKNOWN_ELEMENT
    ]
    assert not faults, f"{address} is not well formed: {faults}"
    return root


def check_validity(page: Page) -> None:
    """The page is valid HTML, as the strict parser of the standard's authors reads it.

    Whether it is depends on its skeleton, not on its words: each is looked at once, because that
    takes longer than making the page. It is asked of every page once, not in every test.
    """
    text = page.response.get_data(as_text=True)
    skeleton = re.sub(r'="[^"<>&]*"', "", re.sub(r">[^<&]+<", "><", text))
    skeleton = re.sub(_REPEATED, r"\1", skeleton)
    if skeleton not in _valid:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.parse(text)
        faults = [f"line {line}: {code} {details}" for (line, _), code, details in parser.errors]
        assert not faults, f"{page.address} is not valid HTML: {faults}"
        _valid.add(skeleton)


def _form(element: Element) -> Form:
    fields: dict[str, Any] = {}
    for control in element.iter():
        name = control.get("name")
        if not name or control.tag not in _LABELLED:
            continue
        kind = control.get("type", "text")
        if control.tag == "select":
            chosen = [o for o in control.iter("option") if o.get("selected") is not None]
            options = chosen or list(control.iter("option"))[:1]
            values = [o.get("value", text_of(o)) for o in options]
            fields[name] = values if control.get("multiple") is not None else "".join(values[:1])
        elif control.tag == "textarea":
            # As a browser does: the first line break inside is no part of the text.
            fields[name] = "".join(control.itertext()).removeprefix("\n")
        elif kind in ("checkbox", "radio"):
            if control.get("checked") is not None:
                fields[name] = control.get("value", "on")
        elif kind not in ("submit", "button", "image", "reset", "file"):
            fields[name] = control.get("value", "")
    return Form(
        element.get("action", ""), element.get("method", "get").lower(), fields, element.get("id")
    )


def check_headers(response: Response) -> None:
    """The security headers of every answer."""
    where = response
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, f"{where}: no policy"
    assert "frame-ancestors 'none'" in policy, f"{where}: can be framed"
    assert "unsafe" not in policy, f"{where}: {policy}"
    assert response.headers.get("X-Content-Type-Options") == "nosniff", where
    for name in ("Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
        assert response.headers.get(name), f"{where}: no {name}"
    assert response.headers.get("Cache-Control"), f"{where}: no Cache-Control"


def check_scripts_and_styles(page: Page) -> None:
    """Nothing that the policy would block: every inline script has the nonce of the answer."""
    policy = page.response.headers["Content-Security-Policy"]
    match = re.search(r"'nonce-([^']+)'", policy)
    assert match, f"{page.address}: no nonce in {policy}"
    for element in page.root.iter():
        assert element.tag != "style", f"{page.address}: a <style>"
        if element.tag == "script" and not element.get("src"):
            assert element.get("nonce") == match[1], f"{page.address}: a script without the nonce"
        for name, value in element.attrib.items():
            assert name != "style", f"{page.address}: style= on <{element.tag}>"
            assert not str(name).lower().startswith("on"), f"{page.address}: {name}="
            assert not str(value).lower().lstrip().startswith("javascript:"), page.address


def check_labels(root: Element, where: str) -> None:
    """Every control has a name that is read out."""
    labelled = {label.get("for") for label in root.iter("label")}
    wrapped = {id(control) for label in root.iter("label") for control in label.iter()}
    for control in root.iter():
        if control.tag not in _LABELLED or control.get("type") in _UNLABELLED_TYPES:
            continue
        has_name = (
            control.get("id") in labelled - {None}
            or control.get("aria-label")
            or control.get("aria-labelledby")
            or id(control) in wrapped
        )
        assert has_name, f"{where}: <{control.tag} name={control.get('name')!r}> has no label"
    for button in root.iter("button"):
        assert text_of(button) or button.get("aria-label"), f"{where}: a button without a name"


def check_references(root: Element, identifiers: set[str], where: str) -> None:
    """What refers to an id on the page finds it."""
    for element in root.iter():
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for wanted in str(element.get(name, "")).split():
                assert wanted in identifiers, f"{where}: {name}={wanted!r} leads nowhere"
        target = element.get("href", "") if element.tag == "a" else ""
        if target.startswith("#") and len(target) > 1:
            assert target[1:] in identifiers, f"{where}: a link to {target} leads nowhere"
