"""The house is kept: files in their place, words through gettext, no address of a machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString

from config import ROOT

VOCABULARY = {
    "__init__",
    "models",
    "rules",
    "events",
    "operations",
    "queries",
    "forms",
    "views",
    "api",
    "jobs",
    "messages",
    "imports",
    "exports",
}
# The modules named after a feature's own algorithm, and packages that are no feature.
ALGORITHMS = {
    "app/journal/merkle.py",
    "app/calendar/life/copying.py",
    "app/calendar/numbering.py",
    "app/calendar/timeline.py",
    "app/territories/search.py",
    "app/territories/names.py",
    "app/territories/codes.py",
    "app/territories/keys.py",
    "app/territories/bodies.py",
    "app/territories/indications.py",
    "app/territories/locations.py",
    "app/territories/places.py",
    "app/portal/navigation.py",
    "app/contests/kinds.py",
    "app/moderation/moderated.py",
    "app/authority/rights/acts/judging.py",
    "app/identity/allowances.py",
    "app/identity/browser.py",
    "app/identity/known_browser.py",
    "app/identity/last_seen.py",
    "app/identity/oidc/provider.py",
    "app/identity/stepup/totp.py",
    "consultation/contributions/fates.py",
    "consultation/contributions/moderated.py",
    "consultation/contributions/received/reading.py",
    "consultation/triage/corrections/concerned.py",
    "consultation/triage/outcomes.py",
    "consultation/triage/queue.py",
    "voting/copil/ranking.py",
}
NOT_FEATURES = {
    "app",
    "app/embedded",
    "app/gate",
    "app/seeds",
    "funding",
    "consultation",
    "voting",
    "delivery",
}
LONGEST = 330
WIDEST = 160
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def _modules() -> list[Path]:
    return [
        path
        for package in ("app", "funding", "consultation", "voting", "delivery")
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def test_a_feature_has_only_files_of_the_vocabulary() -> None:
    strange = []
    for path in _modules():
        place = path.relative_to(ROOT)
        if place.parent.as_posix() in NOT_FEATURES or "data" in place.parts:
            continue
        if path.stem not in VOCABULARY and place.as_posix() not in ALGORITHMS:
            strange.append(place.as_posix())
    assert strange == []


def test_nothing_is_taken_from_the_views_of_a_feature() -> None:
    """The factory registers them; what several features need has a home below them all."""
    taken = [
        f"{path.relative_to(ROOT).as_posix()}: {line}"
        for path in _modules()
        if path != ROOT / "app/factory.py"
        for line in path.read_text().splitlines()
        if re.match(
            r"\s*(from \S+\.views import|import \S+\.views\b|from \S+ import .*\bviews\b)", line
        )
    ]
    assert taken == []


def test_no_file_is_a_giant() -> None:
    sources = [*_modules(), *TEMPLATES, *(ROOT / "tests").rglob("*.py")]
    giants = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sources
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert giants == {}


def test_no_line_of_a_template_is_too_wide() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert wide == []


def test_every_relative_link_of_a_page_leads_to_a_file() -> None:
    links = [
        (path, link)
        for path in _tracked()
        if path.suffix == ".md"
        for found in re.findall(r"\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\"", path.read_text())
        for link in found
        if link and not re.match(r"[a-z]+:|#", link)
    ]
    assert links
    nowhere = [
        f"{path.relative_to(ROOT)}: {link}"
        for path, link in links
        if not (path.parent / link.partition("#")[0]).exists()
    ]
    assert nowhere == []


def test_class_names_live_only_in_components() -> None:
    dressed = [
        path.relative_to(ROOT).as_posix()
        for path in TEMPLATES
        if path.parent.name not in {"components", "errors"}
        and path.name != "base.html"
        and re.search(r"\b(class|style)\s*=", path.read_text())
    ]
    assert dressed == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_goes_through_gettext(path: Path) -> None:
    # What a template computes may be the name of a tag: something must stay in its place.
    source = re.sub(r"\{\{.*?\}\}", "x", path.read_text(), flags=re.DOTALL)
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    soup = BeautifulSoup(source, "html.parser")
    raw = [
        str(words).strip()
        for words in soup.find_all(string=True)
        if isinstance(words, NavigableString)
        and not isinstance(words, Comment)
        and words.parent is not None
        and words.parent.name not in {"script", "style"}
        and re.search(r"[A-ZÀ-Ý][a-zà-ÿ]{2,}|[à-ÿ]", str(words))
    ]
    assert [words for words in raw if words.removeprefix("x – ") != "Coconstruire"] == []


def test_no_address_of_a_machine_or_of_a_registry_is_written_anywhere() -> None:
    # In pieces, so that this file does not contain what it looks for.
    traces = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "registry.npm" + "js",
        "deb" + "ian.org",
        "/wo" + "rk/",
        "/ro" + "ot/",
    ]
    found = []
    for path in _tracked():
        if path.suffix in {".png", ".gz", ".woff2", ".ico"}:
            continue
        content = path.read_text(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {trace}" for trace in traces if trace in content]
    assert found == []


def test_no_collection_of_secrets_or_data_is_tracked() -> None:
    assert [path for path in _tracked() if path.suffix in {".env", ".sqlite", ".log"}] == []


def test_every_rules_module_is_held_pure() -> None:
    """By the contract of pyproject.toml, which names each."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    [pure] = [each for each in contracts if each["name"] == "Rules are pure"]
    rules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in settings["tool"]["importlinter"]["root_packages"]
        for path in (ROOT / package).rglob("rules.py")
    }
    assert rules - set(pure["source_modules"]) == set()
