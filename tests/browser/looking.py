"""What must be true of every page one looks at, on each screen, in each scheme of colours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, Route

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

# Judging colours takes axe more than all the rest, and they are not of a page but of its classes.
_OF_COLOURS = ("color-contrast", "link-in-text-block")
_STRUCTURE = {
    "resultTypes": ["violations"],
    "rules": {name: {"enabled": False} for name in _OF_COLOURS},
}
_COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": list(_OF_COLOURS)},
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
# What axe examined already in this process, by width: it would judge the same a page that says
# something else in the same elements, and the same colours wherever their classes are.
_examined: set[tuple[int, str]] = set()
_laid_out: dict[int, set[str]] = defaultdict(set)
_coloured: dict[int, set[str]] = defaultdict(set)


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

    def look(self, page: Page) -> None:
        """Check a page: its heading, its width, its accessibility."""
        _measure(page)
        copy = self._copied(page, self._mirror) if self._mirror else page
        found = copy.evaluate(_SHAPE)
        wide, classes = _width(page), set(found["classes"])
        _examine_structure(copy, found["shape"])
        # A page of another sort counts as a class: it puts the same ones over one another its way.
        classes.add(_NUMBERS.sub("*", urlsplit(page.url).path))
        if not _coloured[wide] >= classes:
            _examine_colours(copy)
            _coloured[wide] |= classes
        for narrow in self._narrower:
            for window in {page, copy}:
                _resize(window, narrow)
            _measure(page)
            # There what each class lays out lies another way: it is examined once, where it shows.
            # Colours there are judged by the journeys that are played whole on a small screen.
            if not _laid_out[narrow] >= classes:
                _examine_structure(copy, found["shape"])
                _laid_out[narrow] |= classes
            for window in {page, copy}:
                _resize(window, wide)

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


def _examine_structure(page: Page, shape: str) -> None:
    """Have axe read a page, unless it did read one of the same shape."""
    examined = (_width(page), shape)
    if examined not in _examined:
        _examine(page, _STRUCTURE)
        _examined.add(examined)


def _examine_colours(page: Page) -> None:
    """Have axe judge the colours of a page, in both schemes."""
    for scheme in SCHEMES:
        with _seen_in(scheme, page):
            _examine(page, _COLOURS, scheme)


def _examine(page: Page, options: Mapping[str, object], scheme: Scheme = "light") -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(SETTLED)
    found = AxeResults(page.evaluate("options => axe.run(options)", options))
    assert found.violations_count == 0, f"{scheme}: {page.url}\n{found.generate_report()}"
