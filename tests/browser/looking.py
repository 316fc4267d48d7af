"""What must be true of every page one looks at, on each screen, in each scheme of colours."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, Route

Scheme = Literal["light", "dark"]

_EVERYTHING = {"resultTypes": ["violations"]}
# The dark scheme changes colours only.
_COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
_STANDING = """() => ({
    heading: [...document.querySelectorAll("h1")].map(h => h.innerText.trim()),
    title: document.title,
    wide: document.documentElement.scrollWidth - window.innerWidth,
})"""
_WIDE = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().map(each => each.finished));
}"""
# What a page is made of, whatever it says: its elements and how they are marked, what repeats once.
_SHAPE = """() => {
    const told = new Set(["class", "role", "type", "lang", "aria-expanded", "aria-invalid"]);
    const classes = new Set();
    const shape = element => {
        const marks = [...element.attributes].map(
            ({name, value}) => told.has(name) ? `${name}=${value}` : value ? name : `${name}!`
        );
        const texts = [...element.childNodes].filter(node => node.nodeType === 3);
        const speaks = texts.some(text => text.data.trim());
        const own = `${element.tagName} ${marks.sort().join(" ")}${speaks ? " says" : ""}`;
        for (const name of element.classList) classes.add(name);
        const inside = [];
        for (const child of element.children) {
            const one = child.tagName === "SCRIPT" ? "" : shape(child);
            if (one && one !== inside.at(-1)) inside.push(one);
        }
        return `${own}(${inside.join()})`;
    };
    return {shape: shape(document.body), classes: [...classes]};
}"""
_NUMBERS = re.compile(r"[0-9a-f-]{20,}|[0-9]+")
_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
# What axe examined already in this process: shapes by width and scheme, and classes by width. It
# would judge the same a page that says something else in the same elements.
_examined: set[tuple[int, str, str]] = set()
_seen_classes: dict[int, set[str]] = {}


@contextmanager
def _seen_in(scheme: Scheme, page: Page) -> Iterator[None]:
    """Prefer a scheme of colours for a block; pages are in the light one by themselves."""
    if scheme == "light":
        yield
        return
    page.emulate_media(color_scheme=scheme)
    try:
        yield
    finally:
        page.emulate_media(color_scheme="light")


class Gaze:
    """Someone's gaze, on a page and on the same in narrower windows.

    Where the page runs no script, `mirror` is where copies of it are examined.
    """

    def __init__(self, narrower: Collection[int], mirror: Page | None) -> None:
        self._narrower = narrower
        self._mirror = mirror
        self._seen_in_the_dark: set[str] = set()

    def look(self, page: Page) -> None:
        """Check a page: its heading, its width, its accessibility."""
        _measure(page)
        copy = self._copied(page, self._mirror) if self._mirror else page
        found = copy.evaluate(_SHAPE)
        _examine(copy, "light", _EVERYTHING, found["shape"])
        if self._is_a_new_sort(page):
            _examine(copy, "dark", _COLOURS, found["shape"])
        wide = _width(page)
        for narrow in self._narrower:
            for window in {page, copy}:
                _resize(window, narrow)
            _measure(page)
            # There what each class lays out lies another way: it is examined once, where it shows.
            if not _seen_classes.setdefault(narrow, set()).issuperset(found["classes"]):
                _examine(copy, "light", _EVERYTHING, found["shape"])
                _examine(copy, "dark", _COLOURS, found["shape"])
                _seen_classes[narrow].update(found["classes"])
            for window in {page, copy}:
                _resize(window, wide)

    def _is_a_new_sort(self, page: Page) -> bool:
        """Whether one sees a page of this sort for the first time."""
        sort = _NUMBERS.sub("*", urlsplit(page.url).path)
        is_new = sort not in self._seen_in_the_dark
        self._seen_in_the_dark.add(sort)
        return is_new

    def _copied(self, page: Page, mirror: Page) -> Page:
        """The page as it is, its scripts taken away, where axe may run."""
        html = _SCRIPTS.sub("", page.content())

        def answer(route: Route) -> None:
            if route.request.is_navigation_request():
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            else:
                route.continue_()

        mirror.route("**/*", answer)
        mirror.goto(page.url)
        mirror.unroute("**/*")
        return mirror


def _width(page: Page) -> int:
    size = page.viewport_size
    assert size is not None
    return size["width"]


def _resize(page: Page, width: int) -> None:
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": width, "height": size["height"]})


def _measure(page: Page) -> None:
    standing = page.evaluate(_STANDING)
    assert len(standing["heading"]) == 1, f"{standing['heading']} on {page.url}"
    assert standing["heading"][0] in standing["title"], standing
    if standing["wide"] > 0:
        found = page.evaluate(_WIDE)
        raise AssertionError(f"{standing['wide']} px too wide: {page.url}: {found}")


def _examine(page: Page, scheme: Scheme, options: Mapping[str, object], shape: str) -> None:
    """Have axe read a page in a scheme, unless it did in a page of the same shape."""
    examined = (_width(page), scheme, shape)
    if examined in _examined:
        return
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    with _seen_in(scheme, page):
        page.evaluate(SETTLED)
        found = AxeResults(page.evaluate("options => axe.run(options)", options))
        assert found.violations_count == 0, f"{scheme}: {page.url}\n{found.generate_report()}"
    _examined.add(examined)
