"""Take the pictures of the documentation: `python -m tests.browser.screenshots BASE_URL OUTDIR`.

The site at BASE_URL is one that `make run` serves, with its demonstration and its mailbox.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright

from app.seeds.demonstration import SLUG
from app.seeds.people import DOMAIN, MODERATOR
from tests.browser.conftest import ARGUMENTS

SECRETARY = f"secretaire@{DOMAIN}"
HERE = f"/consultations/{SLUG}"
WIDE, NARROW = (1280, 900), (360, 780)
PATIENCE_SECONDS = 30.0
POLL_MILLISECONDS = 300


@dataclass(frozen=True)
class Picture:
    """A page as someone sees it, signed in or not; `needs` is what it must hold to be worth it."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    email: str = ""
    needs: str = "main"


PICTURES = (
    Picture("accueil", "/"),
    Picture("propositions", f"{HERE}/propositions"),
    Picture("proposition", f"{HERE}/propositions/1", email=SECRETARY),
    Picture("tri", f"{HERE}/triage?etat=toutes", email=MODERATOR),
    Picture("contributions", f"{HERE}/contributions"),
    Picture(
        "contribution-formulaire", f"{HERE}/contributions/nouvelle", email=SECRETARY,
        needs="textarea",
    ),
    Picture("journal", f"{HERE}/journal"),
    Picture("accueil-360", "/", NARROW),
    Picture("proposition-360", f"{HERE}/propositions/1", NARROW, SECRETARY),
)  # fmt: skip


def take(browser: Browser, url: str, folder: Path) -> None:
    """Take every picture, one browser per person."""
    for email in dict.fromkeys(picture.email for picture in PICTURES):
        context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
        page = context.new_page()
        if email:
            _sign_in(page, url, email)
        _take_all(page, url, folder, [p for p in PICTURES if p.email == email])
        context.close()


def _take_all(page: Page, url: str, folder: Path, pictures: Sequence[Picture]) -> None:
    for picture in pictures:
        width, height = picture.size
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url + picture.path)
        page.evaluate("document.fonts.ready")
        if page.locator(picture.needs).count() == 0:
            click.echo(f"{picture.name} : rien à montrer à ce moment de la démonstration.")
            continue
        page.screenshot(path=folder / f"{picture.name}.png")
        click.echo(f"{picture.name}.png")


def _sign_in(page: Page, url: str, email: str) -> None:
    known = _links(page, url)
    page.goto(f"{url}/connexion")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_role("button", name="Recevoir un lien de connexion").click()
    page.wait_for_url("**/connexion/envoyee")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (new := [link for link in _links(page, url) if link not in known]):
        if time.monotonic() > deadline:
            sys.exit(f"Aucun lien n’arrive pour {email} : le travailleur tourne-t-il ?")
        page.wait_for_timeout(POLL_MILLISECONDS)
    page.goto(new[0])
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_selector("details[data-menu]")


def _links(page: Page, url: str) -> list[str]:
    """The one-time links that the mailbox holds, the latest first."""
    page.goto(f"{url}/developpement/messagerie")
    links = page.get_by_role("main").get_by_role("link", name="/connexion/lien/").all()
    return [str(link.get_attribute("href")) for link in links]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("url", metavar="BASE_URL", help="http://127.0.0.1:8000")
    parser.add_argument("folder", metavar="OUTDIR", type=Path)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium n’est pas installé : c’est le paquet « chromium ».")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        take(browser, asked.url.rstrip("/"), asked.folder)
        browser.close()


if __name__ == "__main__":
    main()
