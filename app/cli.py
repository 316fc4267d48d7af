"""Commands, as thin as views."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from app import clock
from app.authority.mailboxes.imports import read_mailboxes
from app.authority.mailboxes.operations import import_mailboxes
from app.calendar.queries import consultation_by_slug, themes
from app.context import context_for
from app.database_check import wrong_with_the_database
from app.db import as_owner, db, transaction
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.actors import NOBODY, Context, TerritoryKind
from app.gate.refusals import check
from app.gate.verbs import IMPORT
from app.identity.appointments.operations import appoint_first_administrator
from app.identity.rules import normal_email
from app.identity.stepup.operations import reset_from_the_server
from app.identity.stepup.queries import person_with_authenticator
from app.installation import wrong_with_the_installation
from app.seeds import demonstration
from app.seeds.signing import printed
from app.seeds.story import Moment
from app.sheets import MAX_BYTES, read_sheet
from app.territories.imports import load_registry
from app.territories.syndicats.imports import load_syndicats, read_syndicats
from app.worker import work
from consultation.contributions.models import Kind
from consultation.contributions.received import imports, rules
from consultation.contributions.received.operations import import_contributions, update_imported
from consultation.contributions.received.queries import known_contributions, person_by_email
from consultation.contributions.received.reading import theme_named

people = AppGroup("people", help="Les personnes.")
registry = AppGroup("registry", help="Le registre des territoires.")
territories = AppGroup("territories", help="Les territoires.")
contributions = AppGroup("contributions", help="Les contributions.")
SIGN_INS = "demo-sign-ins.txt"
FIELDS = f"Colonne où lire un champ : {' '.join(rules.FIELDS)}."


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    started = perf_counter()
    yield
    click.echo(f"  {what} ({perf_counter() - started:.1f} s)".replace(".", ",", 1))


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal of the domain is a sentence and a failed command, not a traceback."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(sentence_of(error)) from error


@click.command()
def prepare() -> None:
    """Mettre la base à jour : tables, registre, démonstration si la base est vide."""
    bring_up_to_date()


def bring_up_to_date() -> None:
    """Make the tables, the registry, and the demonstration where one is wanted; say so."""
    with timed("Tables à jour"):
        upgrade()
    if not demonstration.registry_loaded():
        with timed("Registre des territoires chargé"), as_owner() as session:
            load_registry(session)
    if folder := current_app.config["LOCAL_FOLDER"]:
        _prepare_demonstration(Path(folder) / SIGN_INS)


def _prepare_demonstration(sign_ins: Path) -> None:
    if demonstration.database_is_empty():
        with timed("Démonstration chargée"):
            demonstration.load()
    _show_sign_ins(sign_ins)


def _show_sign_ins(file: Path) -> None:
    """Write the demonstration's accounts to the file that `make run` shows; none without one."""
    if moment := demonstration.present_moment():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(printed(moment) + "\n", encoding="utf-8")
    else:
        file.unlink(missing_ok=True)


@click.command()
@click.argument("at", default=Moment.SERVICES.value)
def demo(at: str) -> None:
    """Rejouer la démonstration à un moment, en effaçant ce qu’elle contenait."""
    with refusals():
        moment = demonstration.moment_named(at)
        with timed(f"Démonstration chargée, moment « {moment} »"):
            demonstration.replay(moment)
    _show_sign_ins(Path(current_app.config["LOCAL_FOLDER"]) / SIGN_INS)
    click.echo(printed(moment))


@click.command()
@click.option("--burst", is_flag=True, help="S’arrêter quand la file est vide.")
def worker(burst: bool) -> None:
    """Traiter les travaux en attente, et ceux qui reviennent à intervalles."""
    work(burst=burst)


@people.command("first-administrator")
@click.argument("email")
def first_administrator(email: str) -> None:
    """Nommer la première personne à l’administration."""
    with refusals(), transaction():
        appoint_first_administrator(email, ctx=Context(NOBODY, clock.now()))
    click.echo(f"{email} administre désormais la plateforme, et peut en nommer d’autres.")


@people.command("reset-authenticator")
@click.argument("email")
@click.option("--reason", required=True, help="La raison, que la personne lira.")
def reset_authenticator(email: str, reason: str) -> None:
    """Retirer l’application d’authentification d’une personne que nul autre ne peut aider."""
    with refusals(), transaction():
        person = person_with_authenticator(normal_email(email))
        if person is None:
            raise click.ClickException(f"{email} n’a pas de double authentification.")
        reset_from_the_server(person, reason=reason, ctx=Context(NOBODY, clock.now()))
    click.echo(f"{email} ajoutera une nouvelle application à sa prochaine visite.")


@registry.command("load")
def load() -> None:
    """Charger ou mettre à jour le registre des territoires."""
    with timed("Registre des territoires chargé"), as_owner() as session:
        report = load_registry(session)
    click.echo(
        f"  {report.read} territoires lus : {report.added} ajoutés, {report.changed} changés, "
        f"{report.ended} disparus, {report.unchanged} inchangés"
    )


@territories.command("import-mailboxes")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--kind",
    type=click.Choice([k.value for k in TerritoryKind]),
    default="commune",
    help="Ce que sont les territoires du fichier.",
)
@click.option("--force", is_flag=True, help="Même si plus d’une boîte sur vingt est retirée.")
@click.option("--apply", "applied", is_flag=True, help="Importer, et non montrer seulement.")
def import_official_mailboxes(file: BinaryIO, kind: str, force: bool, applied: bool) -> None:
    """Importer les boîtes officielles d’un fichier CSV qui les donne toutes."""
    with refusals(), timed("Boîtes officielles lues"), transaction():
        reading = read_mailboxes(file.read(MAX_BYTES + 1), TerritoryKind(kind))
        for fault in reading.faults:
            click.echo(f"  {fault}")
        ctx = Context(NOBODY, clock.now())
        report = import_mailboxes(reading, kind=TerritoryKind(kind), force=force, ctx=ctx)
        click.echo(
            f"  {report.added} ajoutées, {report.changed} changées, {report.removed} retirées, "
            f"{report.unchanged} inchangées ; {reading.without_address} territoires sans adresse, "
            f"{len(reading.faults)} lignes illisibles."
        )
        if not applied:
            db.session.rollback()
    click.echo("C’est fait." if applied else "Rien n’est écrit : ajoutez --apply pour importer.")


@territories.command("import-syndicats")
@click.argument("file", type=click.File("rb"))
@click.option("--apply", "applied", is_flag=True, help="Importer, et non montrer seulement.")
def import_syndicats(file: BinaryIO, applied: bool) -> None:
    """Importer les syndicats d’un fichier qui les donne tous : siren, name, departement."""
    with refusals(), timed("Syndicats lus"), as_owner() as session:
        reading = read_syndicats(read_sheet(file.read(MAX_BYTES + 1)))
        for fault in reading.faults:
            click.echo(f"  {fault}")
        report = load_syndicats(session, reading, edition=clock.in_paris(clock.now()).date())
        click.echo(
            f"  {report.read} syndicats lus : {report.added} ajoutés, {report.changed} changés, "
            f"{report.ended} disparus, {report.unchanged} inchangés ; "
            f"{len(reading.faults)} lignes illisibles."
        )
        if not applied:
            session.rollback()
    click.echo("C’est fait." if applied else "Rien n’est écrit : ajoutez --apply pour importer.")


@contributions.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--consultation", "slug", required=True, help="Adresse de la consultation.")
@click.option("--by", "email", required=True, help="Adresse de la personne qui modère.")
@click.option("--source", required=True, help="Origine du fichier : elle se réimporte sans effet.")
@click.option("--map", "mapping", multiple=True, metavar="CHAMP=COLONNE", help=FIELDS)
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="À défaut de colonne.")
@click.option("--theme", "theme_name", help="À défaut de colonne.")
@click.option("--separator", default=";", help="Entre plusieurs territoires d’une même cellule.")
@click.option("--place", "places", multiple=True, metavar="NOM=CODE", help="Ce qu’un nom désigne.")
@click.option("--update", "updating", is_flag=True, help="Mettre à jour ce qui revient changé.")
@click.option("--apply", "applied", is_flag=True, help="Importer, et non montrer seulement.")
def import_file(
    file: BinaryIO,
    slug: str,
    email: str,
    source: str,
    mapping: tuple[str, ...],
    kind: str | None,
    theme_name: str | None,
    separator: str,
    places: tuple[str, ...],
    updating: bool,
    applied: bool,
) -> None:
    """Importer les contributions d’un fichier CSV ou XLSX : toutes, ou aucune."""
    with refusals(), transaction():
        consultation, person = consultation_by_slug(slug), person_by_email(email)
        if consultation is None or person is None:
            unknown = email if consultation else f"/consultations/{slug}"
            raise click.ClickException(f"« {unknown} » n’est pas connu ici.")
        ctx = context_for(person, consultation)
        check(ctx, IMPORT)
        sheet = read_sheet(file.read(MAX_BYTES + 1), recognised=rules.recogniser(mapping))
        for remark in sheet.remarks:
            click.echo(remark)
        known_themes = themes(consultation.id)
        judged = imports.judge(
            sheet,
            rules.matched_columns(sheet.columns, mapping),
            themes=known_themes,
            instant=ctx.instant,
            kind=Kind(kind) if kind else None,
            theme=theme_named(theme_name, known_themes) if theme_name else None,
            separator=separator,
            places=rules.meant_places(places),
        )
        for line in imports.report(judged, known_contributions(consultation.id, source)):
            click.echo(line)
        if judged.errors:
            raise click.ClickException("Rien n’est importé : corrigez ces lignes d’abord.")
        if applied:
            rows = [row.received for row in judged.rows]
            import_contributions(rows, consultation=consultation, source=source, ctx=ctx)
            if updating:
                update_imported(rows, consultation=consultation, source=source, ctx=ctx)
    click.echo("C’est fait." if applied else "Rien n’est écrit : ajoutez --apply pour importer.")


@click.command("check")
@click.option("--serving", is_flag=True, help="Seulement ce qui empêche de servir.")
def check_installation(serving: bool) -> None:
    """Dit tout ce qui ne va pas : réglages, base et ses rôles, Valkey, courrier, horloge."""
    if found := wrong_with_the_database() if serving else wrong_with_the_installation():
        raise click.ClickException("\n" + "\n".join(f"  – {each}" for each in found))
    click.echo("Tout est en ordre.")


def init_app(app: Flask) -> None:
    app.cli.add_command(check_installation)
    for command in (prepare, demo, worker, people, registry, territories, contributions):
        app.cli.add_command(command)
