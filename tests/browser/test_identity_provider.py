"""Someone signs in through a provider set as ProConnect is, and signs out of both."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.db import db
from app.embedded import Services
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.browser.site import HOST, Site, served
from tests.support import factories as make
from tests.support.applications import closed_port
from tests.support.identity_providers import node_provider, settings
from tests.support.worker import work

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with this provider, which each knows the address of the other."""
    port = closed_port()
    folder = tmp_path_factory.mktemp("linked")
    with (
        served(services, folder, **settings(f"http://{HOST}:{port}")) as site,
        node_provider(folder, site.url, port),
    ):
        yield site


@pytest.fixture(scope="module")
def application(site: Site) -> Iterator[Flask]:
    app = site.application()
    yield app
    with app.app_context():
        db.engine.dispose()


def _arrived(comes: Comes, site: Site) -> Person:
    """Someone who may go to the provider, and nowhere else."""
    make.consultation(phase=Phase.COLLECTION)
    someone = comes()
    someone.elsewhere = site.others["OIDC_ISSUER"] + "/"
    someone.context.route(re.compile("^https:"), lambda route: route.abort())
    return someone


def _at_the_provider(someone: Person) -> None:
    """Say there who one is, and agree."""
    page = someone.page
    page.locator("[name=login]").fill("anne")
    page.locator("[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(someone.site.url + "/**")


def _leave_for_the_provider(someone: Person, words: str) -> None:
    someone.page.get_by_role("link", name=words).click()
    someone.page.wait_for_url(someone.elsewhere + "**")


def test_one_signs_in_by_the_provider_and_out_of_both(comes: Comes, site: Site) -> None:
    anne, telephone = _arrived(comes, site), comes()
    anne.goto("/connexion")
    _leave_for_the_provider(anne, "Se connecter avec ProConnect")
    _at_the_provider(anne)
    anne.look()
    anne.reads("C’est votre première connexion avec ProConnect", "anne@exemple.fr")
    anne.press("Recevoir le lien et le code")
    work()

    telephone.goto("/developpement/messagerie")
    telephone.follow("/connexion/lien/")
    telephone.reads("Ouvrez-le dans le navigateur où vous l’avez demandé")
    code = telephone.main.get_by_text(re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$")).inner_text()

    anne.fill("Code reçu", "AAAA-AAAA")
    anne.press("Me connecter avec ce code")
    anne.reads("Ce code n’est pas celui du dernier message envoyé.")
    anne.fill("Code reçu", code)
    anne.press("Me connecter avec ce code")
    expect(anne.field("Prénom et nom")).to_have_value("Anne Le Goff")
    anne.goto("/mon-compte")
    anne.reads("Connexion avec ProConnect", "rattaché le")

    anne.page.locator("details[data-menu] > summary").click()
    anne.page.get_by_role("button", name="Se déconnecter").first.click()
    anne.page.wait_for_url(anne.elsewhere + "**")
    anne.page.get_by_role("button", name=re.compile("sign me out", re.IGNORECASE)).click()
    anne.page.wait_for_url(site.url + "/**")
    anne.look()
    expect(anne.page.get_by_text("Votre session est fermée.")).to_be_visible()

    anne.goto("/connexion")
    _leave_for_the_provider(anne, "Se connecter avec ProConnect")
    _at_the_provider(anne)
    anne.goto("/mon-compte")
    anne.reads("anne@exemple.fr")


def test_who_refuses_there_comes_back_to_a_way_in(comes: Comes, site: Site) -> None:
    anne = _arrived(comes, site)
    anne.goto("/connexion")
    _leave_for_the_provider(anne, "Se connecter avec ProConnect")
    with anne.arriving(400):
        anne.page.get_by_role("link", name="Cancel").click()
    anne.reads("Vous avez interrompu la connexion avec ProConnect.")
    anne.follow("Recevoir un lien de connexion")
