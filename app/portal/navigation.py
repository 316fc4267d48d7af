"""What stands around every page: where one is, who one is, what is open now."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _

from app.calendar.models import Consultation
from app.context import current_consultation
from app.formats import deadline
from app.gate import APPOINT, GRANT_MEMBERSHIP, OPEN_CONSULTATION, TRIAGE, Context, allows
from app.identity.models import Person
from app.identity.views import signed_in_person
from app.phases import Phase, Window
from app.web import context

Link = dict[str, Any]

_NEXT_STEPS = {
    Phase.COLLECTION: ("contributions.new", "Déposer une contribution"),
    Phase.SUPPORT: ("supports.proposals", "Soutenir des propositions"),
    Phase.AMI: ("supports.proposals", "Voir les propositions"),
}


def _link(label: str, endpoint: str, **values: Any) -> Link:
    url = url_for(endpoint, **values)
    return {"label": label, "url": url, "current": request.path == url}


def surroundings() -> dict[str, Any]:
    """What the base template reads."""
    consultation = current_consultation()
    ctx = context()
    return {
        "nav": _nav(consultation, ctx) if consultation else [],
        "nav_title": consultation.title if consultation else None,
        "nav_title_url": (
            url_for("portal.consultation", consultation=consultation.slug) if consultation else None
        ),
        "account": _account(signed_in_person(), ctx),
        "sign_in_url": url_for("identity.sign_in", suite=request.path),
        "phase_banner": _banner(consultation, ctx) if consultation else None,
        "footer_links": _footer(consultation),
    }


def _nav(consultation: Consultation, ctx: Context) -> list[Link]:
    slug = consultation.slug
    links = [
        _link(_("Contributions"), "contributions.index", consultation=slug),
        _link(_("Propositions"), "supports.proposals", consultation=slug),
        _link(_("Calendrier"), "calendar.calendar", consultation=slug),
        _link(_("Journal"), "journal.journal", consultation=slug),
    ]
    if TRIAGE.requires.holds(ctx, None):
        links.append(_link(_("Tri"), "triage.queue", consultation=slug))
    return links


def _account(person: Person | None, ctx: Context) -> Link | None:
    if person is None:
        return None
    links = [_link(_("Mon compte"), "identity.account")]
    if ctx.actor.memberships:
        links.append(_link(_("Ma collectivité"), "portal.my_collectivity"))
    links.append(_link(_("Mes rattachements"), "territories.memberships"))
    if ctx.calendar is not None:
        slug = _slug()
        links.append(_link(_("Mes contributions"), "contributions.mine", consultation=slug))
    if allows(ctx, GRANT_MEMBERSHIP):
        links.append(_link(_("Rattachements à confirmer"), "territories.requests"))
    if allows(ctx, APPOINT):
        links.append(_link(_("Nominations"), "identity.appointments"))
    if allows(ctx, OPEN_CONSULTATION):
        links.append(_link(_("Nouvelle consultation"), "calendar.new_consultation"))
    return {
        "name": person.display_name,
        "url": url_for("identity.account"),
        "links": links,
        "sign_out_url": url_for("identity.sign_out"),
    }


def _banner(consultation: Consultation, ctx: Context) -> Link | None:
    """The phase that is open and its next step, or the next one to open."""
    assert ctx.calendar is not None
    if opened := ctx.calendar.open_windows(ctx.instant):
        return _open_banner(opened[0], consultation, ctx)
    if coming := ctx.calendar.next_window(ctx.instant):
        return {
            "phase": _(coming.phase.label),
            "deadline": deadline(coming, ctx.instant),
            "next_step": _("Voir le calendrier"),
            "url": url_for("calendar.calendar", consultation=consultation.slug),
            "tone": "closed",
        }
    return None


def _open_banner(window: Window, consultation: Consultation, ctx: Context) -> Link:
    endpoint, step = _NEXT_STEPS[window.phase]
    soon = window.remaining(ctx.instant).days < 3
    return {
        "phase": _(window.phase.label),
        "deadline": deadline(window, ctx.instant),
        "next_step": _(step),
        "url": url_for(endpoint, consultation=consultation.slug),
        "tone": "soon" if soon else "open",
    }


def _footer(consultation: Consultation | None) -> list[Link]:
    links = [_link(_("Accueil"), "portal.home")]
    if consultation is not None:
        links.append(_link(_("Journal public"), "journal.journal", consultation=consultation.slug))
    links.append(_link(_("Données personnelles"), "portal.privacy"))
    links.append(_link(_("Accessibilité"), "portal.accessibility"))
    return links


def _slug() -> str:
    consultation = current_consultation()
    assert consultation is not None
    return consultation.slug


def init_app(app: Flask) -> None:
    app.add_template_global(surroundings)
    app.add_template_global(lambda: "mailbox" in app.blueprints, "has_mailbox")
