"""Take the pictures of the README: `python -m tests.browser.screenshots BASE_URL OUTDIR`.

The site at BASE_URL is one that `make run` serves. Its demonstration is replayed at each moment, so
what was typed there is lost.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click
import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

from app.seeds.authenticators import secret_of
from app.seeds.demonstration import SLUG
from app.seeds.people import CHAIR, CLERK, MODERATOR
from app.seeds.story import Moment
from tests.browser.conftest import ARGUMENTS

HERE = f"/consultations/{SLUG}"
WIDTH, HEIGHT = 1280, 900
PATIENCE_SECONDS = 30.0
REPLAY_MILLISECONDS = 600_000
# Who reads only once confirmed.
CONFIRMING = {MODERATOR, CHAIR}
POLL_MILLISECONDS = 300


@dataclass(frozen=True)
class Picture:
    """A page as someone sees it at a moment, signed in or not, cut at so many pixels from its top.

    `unfold` is the summary of what is opened first.
    """

    name: str
    moment: Moment
    path: str
    height: int
    email: str = ""
    unfold: str = ""


PICTURES = (
    Picture("recueil", Moment.COLLECTION, f"{HERE}/contributions", 1090),
    Picture("proposition", Moment.SUPPORT, f"{HERE}/propositions/2", 1168, CLERK),
    Picture("tri", Moment.COPIL, f"{HERE}/triage?etat=toutes", 1186, MODERATOR),
    Picture("comite", Moment.COPIL, f"{HERE}/comite", 1325, CHAIR, "Le nuage des propositions"),
    Picture("appel", Moment.AMI, f"{HERE}/ami/1", 1195, CLERK),
    Picture("accueil", Moment.SERVICES, "/", 1062),
    Picture("services", Moment.SERVICES, f"{HERE}/services", 1148),
)


def take(browser: Browser, url: str, folder: Path) -> None:
    """Take every picture, moment after moment, one browser per person."""
    for moment in Moment:
        pictures = [picture for picture in PICTURES if picture.moment is moment]
        with browser.new_context(locale="fr-FR") as context:
            _replay(context.new_page(), url, moment)
        for email in dict.fromkeys(picture.email for picture in pictures):
            with browser.new_context(
                locale="fr-FR",
                reduced_motion="reduce",
                color_scheme="light",
                viewport={"width": WIDTH, "height": HEIGHT},
            ) as context:
                page = context.new_page()
                if email:
                    _sign_in(page, url, email)
                for picture in pictures:
                    if picture.email == email:
                        _shoot(page, url, folder, picture)


def _replay(page: Page, url: str, moment: Moment) -> None:
    page.goto(f"{url}/demonstration/{moment}/rejouer")
    page.get_by_role("button", name="Tout effacer et rejouer").click()
    page.wait_for_url(f"{url}/", timeout=REPLAY_MILLISECONDS)
    click.echo(f"Moment « {moment} »")


def _shoot(page: Page, url: str, folder: Path, picture: Picture) -> None:
    page.goto(url + picture.path)
    if picture.unfold:
        page.locator("summary").filter(has_text=picture.unfold).click()
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    page.screenshot(
        path=folder / f"{picture.name}.png",
        full_page=True,
        clip={"x": 0, "y": 0, "width": WIDTH, "height": picture.height},
    )
    click.echo(f"  {picture.name}.png")


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
    if email in CONFIRMING:
        page.goto(f"{url}/mon-compte/confirmation")
        page.get_by_label("Code à six chiffres").fill(pyotp.TOTP(secret_of(email)).now())
        page.get_by_role("button", name="Confirmer", exact=True).click()
        page.wait_for_url("**/mon-compte/double-authentification")


def _links(page: Page, url: str) -> list[str]:
    """The one-time links in the mailbox, the latest first."""
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
