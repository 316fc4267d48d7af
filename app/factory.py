"""Build the application: the only module that knows every feature."""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask
from flask_mailman import Mail
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app import assets, cli, context, error_pages, formats, jobs, patience, web
from app.authority.mandates import views as mandates
from app.authority.mandates.ends import views as mandate_ends
from app.authority.mandates.uses import jobs as mandate_jobs  # noqa: F401 - declares its jobs
from app.authority.mandates.uses import views as mandate_watch
from app.authority.memberships import views as memberships
from app.authority.memberships.desk import views as membership_desk
from app.authority.memberships.invitations import views as invitations
from app.authority.memberships.members import views as members
from app.authority.memberships.profiles import views as profiles
from app.authority.rights.acts import judging
from app.calendar import views as calendar
from app.calendar.life import copying
from app.calendar.life import views as consultations
from app.contests import views as contests
from app.contests.acts import views as contest_acts
from app.contests.desk import views as contest_desk
from app.contests.replies import views as contest_replies
from app.db import db
from app.health import views as health
from app.identity import jobs as identity_jobs  # noqa: F401 - declares its jobs
from app.identity import views as identity
from app.identity.oidc import views as oidc
from app.identity.stepup import jobs as stepup_jobs  # noqa: F401 - declares its jobs
from app.identity.stepup import views as stepup
from app.journal import views as journal
from app.moderation import moderated
from app.moderation import views as moderation
from app.notifications import jobs as notifications  # noqa: F401 - declares its jobs
from app.notifications import views as mailbox
from app.portal import navigation
from app.portal import views as portal
from app.portal.administration import views as administration
from app.portal.appointments import views as appointments
from app.seeds import views as demonstration
from app.territories import views as territories
from config import ROOT, Config, WrongSettings, configured
from consultation.contributions import views as contributions
from consultation.contributions.drafts import jobs as draft_jobs  # noqa: F401 - declares its jobs
from consultation.contributions.drafts import views as drafts
from consultation.contributions.fates import FATES
from consultation.contributions.moderated import MODERATED_CONTRIBUTIONS
from consultation.proposals import views as proposals
from consultation.triage import views as triage
from consultation.triage.annulments.operations import JUDGED as CONTRIBUTIONS
from consultation.triage.corrections import views as corrections
from consultation.triage.corrections.concerned import register as concern
from consultation.triage.departement import views as departements
from consultation.triage.queries import fates
from delivery.services import views as services
from delivery.services.queries import drawn_refusal
from delivery.store import views as store
from funding.envelope import views as envelope
from funding.schemes import views as schemes
from funding.schemes.operations import copy_schemes
from voting.ami import views as ami
from voting.ami.annulments.operations import JUDGED as PARTICIPATIONS
from voting.copil import views as copil
from voting.copil.members import views as committee_members
from voting.supports import jobs as support_jobs  # noqa: F401 - declares its jobs
from voting.supports import views as supports
from voting.supports.annulments.operations import JUDGED as SUPPORTS
from voting.supports.queries import supporters_written_to


def create_app(config: Config | None = None) -> Flask:
    """The application, configured by its environment unless `config` says otherwise.

    Wrong settings end the process with their sentences, and no traceback.
    """
    app = Flask("coconstruire", root_path=str(ROOT), static_folder=None)
    try:
        app.config.from_object(config or configured())
    except WrongSettings as wrong:
        sys.exit(str(wrong))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    db.init_app(app)
    patience.init_app(app)
    Migrate(app, db, directory=str(Path(ROOT) / "migrations"))
    Mail(app)
    jobs.init_app(app)
    formats.init_app(app)
    assets.init_app(app, ROOT / "app" / "static", changing=app.config["FILES_CHANGE"])
    web.init_app(app)
    app.extensions["context"] = context.request_context
    identity.init_app(app)
    oidc.init_app(app)
    stepup.init_app(app)
    navigation.init_app(app)
    demonstration.init_app(app)
    for feature in (
        health,
        portal,
        territories,
        memberships,
        profiles,
        members,
        invitations,
        contests,
        contest_replies,
        membership_desk,
        contest_desk,
        contest_acts,
        moderation,
        mandates,
        mandate_ends,
        mandate_watch,
        calendar,
        consultations,
        journal,
        contributions,
        drafts,
        triage,
        corrections,
        departements,
        proposals,
        schemes,
        supports,
        copil,
        committee_members,
        ami,
        envelope,
        services,
        store,
        appointments,
        administration,
    ):
        app.register_blueprint(feature.blueprint)
    for judged in (SUPPORTS, PARTICIPATIONS, CONTRIBUTIONS):
        judging.register(judged)
    moderated.register(MODERATED_CONTRIBUTIONS)
    copying.register(copy_schemes)
    FATES.update(fates())
    concern(recipients=supporters_written_to, hold=drawn_refusal)
    if app.config["MAIL_BACKEND"] == "file":
        app.register_blueprint(mailbox.blueprint)
    cli.init_app(app)
    error_pages.shed(app)
    return app
