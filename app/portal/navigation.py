"""What surrounds every page: where one is, who one is, what is open now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _

from app.calendar.life.rules import life_of
from app.calendar.models import Consultation
from app.context import current_consultation
from app.errors import N_
from app.formats import day, deadline
from app.gate.actors import Context
from app.gate.refusals import entitled
from app.gate.verbs import (
    ANNOUNCE_CONSULTATION,
    APPOINT,
    DECIDE_CONTEST,
    GRANT_MEMBERSHIP,
    MODERATE,
    OPEN_CONSULTATION,
    READ_COMMITTEE,
    TRIAGE,
    WATCH_MANDATES,
)
from app.identity.browser import signed_in_person
from app.identity.models import Person
from app.phases import Calendar, Phase, PublicationKind, Window
from app.portal.rules import Moment, moment_of
from app.web import context

Link = dict[str, Any]

_NEXT_STEPS = {
    Phase.COLLECTION: ("drafts.new", N_("Déposer une contribution")),
    Phase.SUPPORT: ("supports.proposals", N_("Soutenir des propositions")),
    Phase.AMI: ("ami.calls", N_("Devenir territoire référent")),
}
# What is under way or just out when no phase is open, and where to read more.
_MEANWHILE = {
    Moment.GROUPING: (
        N_("Les contributions sont regroupées en propositions"),
        "calendar.calendar",
        N_("Voir le calendrier"),
    ),
    Moment.BEFORE_SUPPORT: (
        N_("Les propositions sont publiées"),
        "supports.proposals",
        N_("Lire les propositions"),
    ),
    Moment.SELECTION: (
        N_("Le comité choisit les propositions"),
        "calendar.calendar",
        N_("Voir le calendrier"),
    ),
    Moment.BEFORE_AMI: (
        N_("Les décisions du comité sont publiées"),
        "copil.decisions",
        N_("Lire les décisions"),
    ),
    Moment.LAUREATES: (
        N_("Le comité choisit les services"),
        "calendar.calendar",
        N_("Voir le calendrier"),
    ),
    Moment.SERVICES: (
        N_("Les services lauréats sont connus"),
        "store.catalogue",
        N_("Parcourir les services"),
    ),
}
_TO_COME = {
    Phase.COLLECTION: N_("le recueil des contributions ouvrira le %(day)s"),
    Phase.SUPPORT: N_("le soutien aux propositions ouvrira le %(day)s"),
    Phase.AMI: N_("l’appel à manifestation d’intérêt ouvrira le %(day)s"),
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
        "phase_banner": _banner(consultation, ctx),
        **_life(consultation, ctx),
        "footer_links": _footer(consultation),
    }


def _nav(consultation: Consultation, ctx: Context) -> list[Link]:
    """The pages of a consultation that have something to show, and those kept for its teams.

    Read from the context: what was read of the consultation may have been given up since.
    """
    pages = [
        (_("Contributions"), "contributions.index", True),
        (_("Propositions"), "supports.proposals", ctx.is_published(PublicationKind.PROPOSALS)),
        (_("Décisions"), "copil.decisions", ctx.is_published(PublicationKind.SELECTION)),
        (_("Territoires référents"), "ami.calls", ctx.is_published(PublicationKind.SELECTION)),
        (_("Services"), "store.catalogue", ctx.is_published(PublicationKind.SERVICES)),
        (_("Calendrier"), "calendar.calendar", True),
        (_("Journal"), "journal.journal", True),
        (_("Tri"), "triage.queue", entitled(ctx, TRIAGE)),
        (_("Comité"), "copil.ranking", entitled(ctx, READ_COMMITTEE)),
    ]
    links = [
        _link(label, endpoint, consultation=consultation.slug)
        for label, endpoint, shown in pages
        if shown
    ]
    read = ctx.actor.departements_read(consultation.id)
    if read:
        values = {"consultation": consultation.slug, "code": read[0]}
        links.append(_link(_("Mon département"), "departements.page", **values))
    return links


def _account(person: Person | None, ctx: Context) -> Link | None:
    if person is None:
        return None
    links = [_link(_("Mon compte"), "identity.account")]
    if ctx.actor.memberships:
        links.append(_link(_("Ma collectivité"), "portal.my_collectivity"))
    links.append(_link(_("Mes rattachements"), "memberships.mine"))
    if ctx.actor.mandates:
        links.append(_link(_("Mes mandats"), "mandates.mine"))
    if ctx.calendar is not None:
        slug = _slug()
        links.append(_link(_("Mes contributions"), "contributions.mine", consultation=slug))
    links += _desks(ctx)
    return {
        "name": person.display_name,
        "url": url_for("identity.account"),
        "links": links,
        "sign_out_url": url_for("identity.sign_out"),
    }


def _desks(ctx: Context) -> list[Link]:
    """The desks of those who moderate or administer."""
    links = []
    if entitled(ctx, GRANT_MEMBERSHIP):
        links.append(_link(_("Rattachements à confirmer"), "membership_desk.requests"))
    if entitled(ctx, DECIDE_CONTEST):
        links.append(_link(_("Contestations"), "contest_desk.waiting"))
    if ctx.calendar is not None and entitled(ctx, MODERATE):
        links.append(_link(_("Textes signalés"), "moderation.desk", consultation=_slug()))
    if ctx.calendar is not None and entitled(ctx, WATCH_MANDATES):
        links.append(_link(_("Usage des mandats"), "mandate_watch.watch", consultation=_slug()))
    if entitled(ctx, APPOINT):
        links.append(_link(_("Nominations"), "appointments.appointments"))
        if ctx.calendar is not None:
            links.append(
                _link(_("Membres du comité"), "committee_members.members", consultation=_slug())
            )
            links.append(_link(_("Enveloppe"), "envelope.edit", consultation=_slug()))
    if entitled(ctx, OPEN_CONSULTATION):
        links.append(_link(_("À faire"), "administration.todo"))
        links.append(_link(_("Consultations"), "consultations.index"))
    return links


def _life(consultation: Consultation | None, ctx: Context) -> dict[str, Any]:
    """Whether it is a draft or archived, said on each of its pages; and where a draft goes on."""
    if consultation is None or ctx.calendar is None:
        return {}
    leads_on = entitled(ctx, ANNOUNCE_CONSULTATION)
    return {
        "life": life_of(ctx.calendar, ctx.instant),
        "announce_url": url_for("consultations.announce", consultation=consultation.slug)
        if leads_on
        else None,
    }


def _banner(consultation: Consultation | None, ctx: Context) -> Link | None:
    if consultation is None or ctx.calendar is None or not ctx.calendar.announced:
        return None
    return banner(consultation, ctx.calendar, ctx.instant)


def banner(consultation: Consultation, calendar: Calendar, instant: datetime) -> Link | None:
    """The phase that is open and its next step; else what is under way and what comes."""
    moment = moment_of(calendar, instant)
    opened = calendar.open_windows(instant)
    if opened and moment not in _MEANWHILE:
        return _open_banner(opened[0], consultation, instant)
    coming = calendar.next_window(instant)
    if moment in _MEANWHILE:
        said, endpoint, step = _MEANWHILE[moment]
        return {
            "phase": _(said),
            "deadline": to_come(coming),
            "next_step": _(step),
            "url": url_for(endpoint, consultation=consultation.slug),
            "tone": "open" if moment is Moment.SERVICES else "closed",
        }
    if coming is None:
        return None
    return {
        "phase": _(coming.phase.label),
        "deadline": deadline(coming, instant),
        "next_step": _("Voir le calendrier"),
        "url": url_for("calendar.calendar", consultation=consultation.slug),
        "tone": "closed",
    }


def to_come(window: Window | None) -> str:
    """« l’appel à manifestation d’intérêt ouvrira le 3 mai 2021 », if such a window is planned."""
    return _(_TO_COME[window.phase], day=day(window.opens_at)) if window else ""


def _open_banner(window: Window, consultation: Consultation, instant: datetime) -> Link:
    endpoint, step = _NEXT_STEPS[window.phase]
    soon = window.remaining(instant).days < 3
    return {
        "phase": _(window.phase.label),
        "deadline": deadline(window, instant),
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
