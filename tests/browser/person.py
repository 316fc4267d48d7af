"""Someone at a browser: what they do, and what must be true of every page they come to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pyotp
from flask import current_app
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Request,
    Response,
    expect,
)
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.gate.actors import NOBODY, Context
from app.identity.models import Person as Known
from app.identity.operations import open_session
from tests.browser.looking import SETTLED, Gaze
from tests.browser.site import Site
from tests.support.worker import work

_FOCUSED = """() => {
    const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    return {
        seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
            || style.boxShadow !== "none",
        inside: box.width > 0 && box.bottom > 0 && box.top < window.innerHeight,
        html: document.activeElement.outerHTML.slice(0, 160),
    };
}"""
_MOST_TABS = 120


class Person:
    """Someone at a browser, who reads the page they are on before they act."""

    def __init__(
        self,
        context: BrowserContext,
        site: Site,
        *,
        narrower: Collection[int] = (),
        mirror: BrowserContext | None = None,
    ) -> None:
        """`narrower` are the widths at which they look at each page too.

        `mirror` is where copies of the pages are examined, when theirs runs no script.
        """
        self.context = context
        self.site = site
        self._faults: list[str] = []
        self._refused_expected = ""
        self._attentive = True
        # Another site this person is right to visit: that of an identity provider.
        self.elsewhere = site.url + "/"
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._faults.append(f"script: {error.error}"))
        self.page = context.new_page()
        self._gaze = Gaze(narrower, mirror.new_page() if mirror else None)

    # Going somewhere

    def goto(self, path: str, *, status: int = 200) -> None:
        """Open an address of the site."""
        with self.arriving(status):
            self.page.goto(self.site.url + path)

    def follow(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow the first link that contains these words."""
        with self.arriving():
            (within or self.page.locator("body")).get_by_role("link", name=words).first.click()

    def press(
        self, words: str, *, status: int = 200, within: Locator | None = None, exact: bool = False
    ) -> None:
        """Send a form by the button that contains these words."""
        scope = within or self.page.locator("body")
        with self.arriving(status):
            scope.get_by_role("button", name=words, exact=exact).first.click()

    def navigate(self, words: str) -> None:
        """Follow a link of the main navigation, behind a button on small screens."""
        menu = self.page.locator("summary").filter(has_text="Menu")
        if menu.is_visible():
            menu.click()
        with self.arriving():
            bar = self.page.get_by_role("navigation").first
            bar.get_by_role("link", name=words, exact=True).click()

    def unfold_criteria(self) -> None:
        """Show the criteria of a list beside its search words, folded on small screens."""
        folded = self.page.locator("details:not([open]) > summary").filter(
            has_text="Autres critères"
        )
        if folded.is_visible():
            folded.click()

    def open_account(self, words: str) -> None:
        """Follow a link of the account's menu."""
        self.page.locator("details[data-menu] > summary").click()
        self.follow(words, within=self.page.locator("details[data-menu]"))

    def sign_in(self, email: str) -> None:
        """Come in: at once for someone known, else by a link as the contributor's journey does."""
        self._attentive = False
        known = db.session.scalar(select(Known).where(Known.email == email))
        if known is not None and known.profile_complete:
            self._receive_a_session(known)
            self.goto("/")
        else:
            self.goto("/connexion")
            self.ask_for_a_link(email)
        self._attentive = True

    def _receive_a_session(self, known: Known) -> None:
        """Hold the cookie that following a link would give."""
        with transaction():
            _, token = open_session(known, browser="tests", ctx=Context(NOBODY, clock.now()))
        cookies = SecureCookieSessionInterface().get_signing_serializer(current_app)
        assert cookies is not None
        held = cookies.dumps({"_user_id": token, "_fresh": True})
        name = current_app.config["SESSION_COOKIE_NAME"]
        self.context.add_cookies([{"name": name, "value": str(held), "url": self.site.url}])

    def ask_for_a_link(self, email: str) -> None:
        """From the page of sign-in: ask for a link, open the mailbox, follow it, confirm."""
        self.fill("Adresse électronique", email)
        self.press("Recevoir un lien de connexion")
        self.reads(email)
        work()
        self.follow("Ouvrir la messagerie de démonstration")
        self.reads(email)
        self.follow("/connexion/lien/")
        self.press("Me connecter")

    def receives(self, address: str) -> Locator:
        """Open the mailbox page, which other journeys look at; the latest message to an address."""
        work()
        self._attentive = False
        self.goto("/developpement/messagerie")
        self._attentive = True
        to = re.compile(rf"^{re.escape(address)}$")
        received = self.main.get_by_role("definition").filter(has_text=to).first
        return received.locator("xpath=ancestor::div[h2]")

    def step_up(self, secret: str = "", *, looking: bool = False) -> str:
        """From where the gate led: confirm that it is them, by an application added if need be.

        The pages that add one are those `test_confirming` looks at. Returns the application's
        secret, to confirm with the next time.
        """
        if secret:
            self.fill("Code à six chiffres", pyotp.TOTP(secret).now())
            self.press("Confirmer", exact=True)
            return secret
        self._attentive = looking
        self.press("Ajouter une application")
        secret = self.main.locator("code").inner_text().replace(" ", "")
        self.fill("Code à six chiffres", pyotp.TOTP(secret).now())
        self.press("Vérifier et activer")
        self._attentive = True
        self.follow("J’ai gardé mes codes")
        return secret

    @contextmanager
    def arriving(self, status: int = 200) -> Iterator[None]:
        """Do within this block what leads to another page, then look at it."""
        self._refused_expected = f"{status} " if status >= 400 else ""
        with self.page.expect_event("load"), self.page.expect_response(self._is_a_page) as got:
            yield
        answer: Response = got.value
        logged = self.site.last_lines() if answer.status >= 500 else ""
        assert answer.status == status, (
            f"{answer.request.method} {answer.url} answered {answer.status}, not {status}: "
            f"{self.main.inner_text()[:400]}\n{logged}"
        )
        if self._attentive:
            self.look()

    # Acting within a page

    def field(self, label: str) -> Locator:
        """The field these words name, marked as optional or not."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(facultatif\))?$")).first

    def fill(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def choose(self, label: str) -> None:
        """Tick the box, or the button of a group, that these words name."""
        self.page.get_by_label(label).first.check()

    def select(self, label: str, option: str | re.Pattern[str]) -> None:
        """Choose an option of a list, by its words."""
        field = self.field(label)
        value = field.locator("option").filter(has_text=option).first.get_attribute("value")
        field.select_option(value)

    def tab_to(self, target: Locator) -> None:
        """Press Tab until there, seeing at each step where one is."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            self.page.evaluate(SETTLED)
            focus = self.page.evaluate(_FOCUSED)
            assert focus["seen"], f"the focus is not seen on {focus['html']}"
            assert focus["inside"], f"the focus is out of sight on {focus['html']}"
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never reaches {target}")

    # Reading

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def under(self, heading: str) -> Locator:
        """What surrounds a heading that contains these words."""
        return self.main.get_by_role("heading", name=heading).first.locator("xpath=..")

    def reads(self, *words: str) -> None:
        """Find these words on the page."""
        for each in words:
            expect(self.main).to_contain_text(each)

    def look(self) -> None:
        """Check the page one is on: its heading, its widths, its accessibility, its silence."""
        self._gaze.look(self.page)
        assert self._faults == [], f"on {self.page.url}: {self._faults}"

    def _is_a_page(self, response: Response) -> bool:
        request = response.request
        return request.is_navigation_request() and not 300 <= response.status < 400

    # What the browser reports

    def _requested(self, request: Request) -> None:
        allowed = (self.site.url + "/", self.elsewhere, "data:")
        if self._is_at_the_site() and not request.url.startswith(allowed):
            self._faults.append(f"a request to {request.url}")

    def _is_at_the_site(self) -> bool:
        return self.page.url.startswith(self.site.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or not self._is_at_the_site():
            return
        refused = self._refused_expected
        if refused and f"with a status of {refused}" in message.text:
            return
        self._faults.append(f"console: {message.text}")
