"""A browser for tests, which reads every page strictly and fills forms as a person would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from contextvars import Context as Surroundings
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.db import db, transaction
from app.gate.actors import NOBODY, Context
from app.identity.models import Person
from app.identity.operations import open_session
from app.sheets import read_sheet
from config import ROOT

SITE = "http://localhost"
CONTROLS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
FRAMEWORK = ROOT / "app" / "static" / "vendor"


@cache
def framework_classes() -> frozenset[str]:
    """The classes that the parts we keep of the framework declare; ours begin with « c- »."""
    parts = "".join(path.read_text() for path in FRAMEWORK.glob("*/*.min.css"))
    return frozenset(re.findall(r"\.([a-z][\w-]*)", parts))


def _said(response: TestResponse) -> str:
    """What an answer says, a workbook included."""
    if not (response.mimetype or "").endswith(".sheet"):
        return response.get_data(as_text=True)
    lines = read_sheet(response.data).lines
    return "\n".join(cell for line in lines for cell in line.cells.values())


class Page:
    """A page as a person gets it: its text, its links, its forms."""

    def __init__(self, visitor: Visitor, response: TestResponse) -> None:
        self.visitor = visitor
        self.response = response
        self.status = response.status_code
        self.path = response.request.full_path.rstrip("?")
        self.body = _said(response)
        self.soup = BeautifulSoup(self.body, "html.parser")
        for inert in self.soup.find_all("template"):
            inert.decompose()

    @property
    def text(self) -> str:
        """The words of the page, without repeated spaces."""
        return " ".join(self.soup.get_text(" ").replace("\u00a0", " ").split())

    @property
    def main(self) -> str:
        """The words of the page's main part."""
        found = self.soup.find("main")
        assert isinstance(found, Tag)
        return " ".join(found.get_text(" ").replace("\u00a0", " ").split())

    @property
    def heading(self) -> str:
        return " ".join(self.soup.h1.get_text(" ").split()) if self.soup.h1 else ""

    def links(self) -> dict[str, str]:
        """Where each link of the page leads, by its words."""
        return {
            " ".join(a.get_text(" ").split()): str(a["href"])
            for a in self.soup.find_all("a", href=True)
        }

    def click(self, words: str) -> Page:
        """Follow the link that contains these words."""
        for label, href in self.links().items():
            if words in label:
                return self.visitor.get(urljoin(self.path, href))
        raise AssertionError(f"no link « {words} » among {list(self.links())}")

    def form(self, *, button: str) -> Form:
        """The form one sends with the button that contains these words."""
        for form in self.soup.find_all("form"):
            for submit in form.find_all(["button", "input"]):
                label = submit.get_text(" ") or str(submit.get("value", ""))
                if submit.get("type", "submit") == "submit" and button in " ".join(label.split()):
                    return Form(self, form, submit)
        buttons = [b.get_text(" ").strip() for b in self.soup.find_all("button")]
        raise AssertionError(f"no button « {button} » among {buttons}")

    def check(self) -> None:
        """What is true of every page: one h1 echoed by the title, unique ids, labels, a lang."""
        html = self.soup.html
        assert html is not None, "not a page"
        assert html.get("lang") == "fr", "no lang"
        # Found once for all that is looked for: every page of every test comes through here.
        tags = self.soup.find_all(True)
        headings = [tag for tag in tags if tag.name == "h1"]
        assert len(headings) == 1, f"{len(headings)} h1 on {self.path}"
        title = self.soup.title.get_text() if self.soup.title else ""
        assert self.heading in " ".join(title.split()), f"{title!r} does not echo {self.heading!r}"
        ids = Counter(str(tag["id"]) for tag in tags if tag.has_attr("id"))
        repeated = {id_ for id_, times in ids.items() if times > 1}
        assert not repeated, f"repeated ids on {self.path}: {repeated}"
        self._check_labels(tags)
        assert not any(tag.has_attr("style") for tag in tags), f"an inline style on {self.path}"
        classes = {name for tag in tags for name in tag.get("class") or ()}
        foreign = {name for name in classes if not name.startswith("c-")} - framework_classes()
        assert not foreign, f"classes the framework's parts lack on {self.path}: {foreign}"

    def _check_labels(self, tags: Iterable[Tag]) -> None:
        labelled = {str(tag["for"]) for tag in tags if tag.name == "label" and tag.has_attr("for")}
        for control in tags:
            if control.name not in CONTROLS or control.get("type") in UNLABELLED:
                continue
            named = control.get("aria-label") or control.get("aria-labelledby")
            inside = control.find_parent("label") is not None
            assert named or inside or control.get("id") in labelled, (
                f"an unlabelled field on {self.path}: {control}"
            )


class Form:
    """A form of a page, with what is already filled in."""

    def __init__(self, page: Page, form: Tag, button: Tag) -> None:
        self.page = page
        self.action = urljoin(page.path, str(form.get("action") or ""))
        self.method = str(form.get("method") or "get").lower()
        if button.get("formaction"):
            self.action = urljoin(page.path, str(button["formaction"]))
        self.fields = self._filled(form)
        if button.get("name"):
            self.fields[str(button["name"])] = [str(button.get("value", ""))]

    @staticmethod
    def _filled(form: Tag) -> dict[str, list[str]]:
        filled: dict[str, list[str]] = {}
        for control in form.find_all(["input", "select", "textarea"]):
            name, kind = control.get("name"), control.get("type", "text")
            if not name or kind in {"submit", "button", "file"}:
                continue
            if control.name == "textarea":
                values = [control.get_text().replace("\r\n", "\n").removeprefix("\n")]
            elif control.name == "select":
                options = control.find_all("option")
                chosen = [o for o in options if o.has_attr("selected")]
                if not chosen and not control.has_attr("multiple"):
                    chosen = options[:1]
                values = [str(o.get("value", o.get_text())) for o in chosen]
            elif kind in {"radio", "checkbox"}:
                values = [str(control.get("value", "on"))] if control.has_attr("checked") else []
            else:
                values = [str(control.get("value", ""))]
            filled.setdefault(str(name), []).extend(values)
        return filled

    def send(self, *, status: int | None = None, **typed: Any) -> Page:
        """Fill fields (a list for several values) and send. Field names with « - » take « __ »."""
        fields = dict(self.fields)
        for name, value in typed.items():
            key = name if name in fields else name.replace("__", "-")
            assert key in fields, f"no field {key!r} among {sorted(fields)}"
            values = value if isinstance(value, list) else [value]
            fields[key] = [str(item) for item in values]
        if self.method == "get":
            return self.visitor.get(self.action, query=fields, status=status or 200)
        return self.visitor.post(self.action, fields, status=status)

    @property
    def visitor(self) -> Visitor:
        return self.page.visitor


class Visitor:
    """Someone with a browser. Every HTML page it gets is checked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def sign_in(self, person: Person, *, stepped_up: bool = True) -> Visitor:
        """Be signed in as someone, as if they had followed a link, and confirmed by default."""
        # Read here: a session asked within another application's context would use its engine.
        self._person_id = person.id
        return self._open(stepped_up=stepped_up)

    def sign_in_again(self) -> Visitor:
        """Sign in and confirm at this instant: neither lasts long."""
        return self._open(stepped_up=True)

    def _open(self, *, stepped_up: bool) -> Visitor:
        ctx = Context(NOBODY, clock.now())
        with self.app.app_context(), transaction():
            own = db.session.get_one(Person, self._person_id)
            row, token = open_session(own, browser="tests", ctx=ctx)
            row.stepped_up_at = ctx.instant if stepped_up else None
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self

    def get(self, path: str, *, query: Any = None, status: int = 200) -> Page:
        response = self.ask("GET", path, query_string=query)
        hops = 0
        while response.status_code in {301, 302, 303} and status == 200 and hops < 5:
            response = self.ask("GET", urljoin(path, response.headers["Location"]))
            hops += 1
        return self._page(response, status)

    def post(self, path: str, fields: Any, *, status: int | None = None) -> Page:
        """Send fields. Without a `status`, expects to be led on, and follows."""
        response = self.ask("POST", path, data=fields)
        if status is None:
            assert response.status_code == 303, (
                f"POST {path} answered {response.status_code}: {_words(response)}"
            )
            return self.get(urljoin(path, response.headers["Location"]))
        return self._page(response, status)

    def ask(self, method: str, path: str, **sent: Any) -> TestResponse:
        """As from elsewhere: nothing of the test's own context is shared, but the time it is."""
        instant = clock.chosen()

        def ask() -> TestResponse:
            with clock.at(instant) if instant else nullcontext():
                return self.client.open(path, method=method, **sent)

        return Surroundings().run(ask)

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (
            f"{response.request.path} answered {response.status_code}, not {status}: "
            f"{_words(response)}"
        )
        page = Page(self, response)
        if response.mimetype == "text/html" and response.headers.get("X-Fragment") is None:
            inside = urlsplit(response.request.url).path
            if "<html" in response.get_data(as_text=True) or inside == "/":
                page.check()
        return page


def _words(response: TestResponse) -> str:
    soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    return " ".join((soup.find("main") or soup).get_text(" ").split())[:400]
