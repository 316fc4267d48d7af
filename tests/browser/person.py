"""Someone at a browser: what they do, and what must be true of every page they come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

import pyotp
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    Route,
    expect,
)

from tests.browser.site import Site
from tests.support.worker import work

_EVERYTHING = {"resultTypes": ["violations"]}
# The dark scheme changes colours only.
_COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
_LAYOUT = """() => ({
    heading: [...document.querySelectorAll("h1")].map(h => h.innerText.trim()),
    title: document.title,
    wide: document.documentElement.scrollWidth - window.innerWidth,
})"""
_WIDE = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
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
_SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().map(each => each.finished));
}"""
_NUMBERS = re.compile(r"[0-9a-f-]{20,}|[0-9]+")
_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
_MOST_TABS = 120


class Person:
    """Someone at a browser, who reads the page they are on before they act."""

    def __init__(
        self, context: BrowserContext, site: Site, *, mirror: BrowserContext | None = None
    ) -> None:
        """`mirror` is where copies of the pages are examined, when theirs runs no script."""
        self.context = context
        self.site = site
        self._mirror = mirror.new_page() if mirror else None
        self._faults: list[str] = []
        self._refused_expected = ""
        self._attentive = True
        self._seen_in_the_dark: set[str] = set()
        # Another site this person is right to visit: that of an identity provider.
        self.elsewhere = site.url + "/"
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._faults.append(f"script: {error.error}"))
        self.page = context.new_page()

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
        """Sign in by a one-time link, through pages that the contributor's journey looks at."""
        self._attentive = False
        self.goto("/connexion")
        self.ask_for_a_link(email)
        self._attentive = True

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

    def step_up(self, secret: str = "") -> str:
        """From where the gate led: confirm that it is them, by an application added if need be.

        Returns the application's secret, to confirm with the next time.
        """
        if secret:
            self.fill("Code à six chiffres", pyotp.TOTP(secret).now())
            self.press("Confirmer", exact=True)
            return secret
        self.press("Ajouter une application")
        secret = self.main.locator("code").inner_text().replace(" ", "")
        self.fill("Code à six chiffres", pyotp.TOTP(secret).now())
        self.press("Vérifier et activer")
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
            self.page.evaluate(_SETTLED)
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
        """Check the page one is on: its heading, its width, its accessibility, its silence."""
        layout = self.page.evaluate(_LAYOUT)
        assert len(layout["heading"]) == 1, f"{layout['heading']} on {self.page.url}"
        assert layout["heading"][0] in layout["title"], layout
        if layout["wide"] > 0:
            found = self.page.evaluate(_WIDE)
            raise AssertionError(f"{layout['wide']} px too wide: {self.page.url}: {found}")
        page = self._copied(self._mirror) if self._mirror else self.page
        page.evaluate(AXE_SCRIPT)
        self._examine(page, "light", _EVERYTHING)
        if self._is_a_new_sort():
            self._examine(page, "dark", _COLOURS)
            page.emulate_media(color_scheme="light")
        assert self._faults == [], f"on {self.page.url}: {self._faults}"

    def _is_a_new_sort(self) -> bool:
        """Whether one sees a page of this sort for the first time."""
        sort = _NUMBERS.sub("*", urlsplit(self.page.url).path)
        is_new = sort not in self._seen_in_the_dark
        self._seen_in_the_dark.add(sort)
        return is_new

    def _examine(
        self, page: Page, scheme: Literal["light", "dark"], options: Mapping[str, object]
    ) -> None:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_SETTLED)
        found = AxeResults(page.evaluate("options => axe.run(options)", options))
        assert found.violations_count == 0, f"{scheme}: {page.url}\n{found.generate_report()}"

    def _copied(self, mirror: Page) -> Page:
        """The page as it is, its scripts taken away, where axe may run."""
        html = _SCRIPTS.sub("", self.page.content())

        def answer(route: Route) -> None:
            if route.request.is_navigation_request():
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            else:
                route.continue_()

        mirror.route("**/*", answer)
        mirror.goto(self.page.url)
        mirror.unroute("**/*")
        return mirror

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
