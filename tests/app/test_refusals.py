"""What a refusal says: the first obstacle, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from app import clock
from app.errors import DomainError
from app.formats import sentence_of
from app.gate import verbs
from app.gate.actors import (
    NOBODY,
    Actor,
    Appointment,
    Context,
    Level,
    Membership,
    Role,
    TerritoryKind,
)
from app.gate.refusals import refusal
from app.gate.verb import Verb
from app.phases import Calendar, Phase, Window

pytestmark = pytest.mark.usefixtures("in_french")


@dataclass(frozen=True)
class Place:
    id: UUID
    kind: TerritoryKind
    ended_on: date | None = None


@dataclass(frozen=True)
class Text:
    author_id: UUID
    spoken_for: UUID | None = None
    is_shared: bool = False
    mandate: UUID | None = None


COMMUNE, EPCI = Place(uuid4(), TerritoryKind.COMMUNE), Place(uuid4(), TerritoryKind.EPCI)


def _window(phase: Phase, first: date, last: date) -> Window:
    return Window(uuid4(), phase, clock.start_of(first), clock.end_of(last))


CALENDAR = Calendar(
    uuid4(),
    (
        _window(Phase.COLLECTION, date(2021, 2, 1), date(2021, 2, 28)),
        _window(Phase.SUPPORT, date(2021, 4, 1), date(2021, 4, 30)),
    ),
    {"proposal:support": frozenset({TerritoryKind.COMMUNE})},
)
NEWCOMER = replace(NOBODY, person_id=uuid4())
COMMITTING = replace(
    NEWCOMER,
    memberships=tuple(Membership(uuid4(), p.id, Level.MAY_COMMIT) for p in (COMMUNE, EPCI)),
)
MODERATOR = replace(NEWCOMER, appointments=(Appointment(Role.MODERATOR),))
FEBRUARY, MARCH, APRIL, MAY = (clock.start_of(date(2021, month, 15)) for month in (2, 3, 4, 5))

DATES = "Le calendrier de la consultation donne les dates de chaque phase."
COMMIT = (
    "Il faut être habilité à engager la collectivité pour soutenir une proposition. "
    "Demandez votre rattachement, ou l’habilitation, depuis « Mon compte »."
)
TO_COME = f"La phase « Soutien aux propositions » ouvrira le 1er avril 2021. {DATES}"
PAST = "La phase « Soutien aux propositions » est close depuis le 30 avril 2021 à minuit. " + DATES
TOO_EARLY = (
    "On ne peut trier les contributions qu’après la clôture de la phase "
    "« Recueil des contributions »."
)
WRONG_KIND = (
    "Dans cette consultation, les intercommunalités ne peuvent pas soutenir une proposition. "
    "Les règles de la consultation disent qui peut faire quoi."
)
REPLACED = (
    "Cette collectivité n’existe plus : le registre officiel l’a remplacée. "
    "Demandez votre rattachement à celle qui lui a succédé."
)
CONTRIBUTE = (
    "Il faut être rattaché à un territoire, ou travailler pour un partenaire, pour déposer une "
    "contribution. Complétez votre profil ou demandez votre rattachement depuis « Mon compte »."
)
OWN = (
    "Seule la personne qui a déposé la contribution peut modifier cette contribution. "
    "Au nom d’un territoire, il faut aussi pouvoir encore agir pour lui."
)


def _sentence(error: DomainError) -> str:
    return sentence_of(error).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("actor", "verb", "subject", "month", "code", "said"),
    [
        # The power comes first, whatever the date and the kind of territory.
        (NOBODY, verbs.SUPPORT, EPCI, MAY, "not-allowed", COMMIT),
        (NEWCOMER, verbs.SUPPORT, COMMUNE, APRIL, "not-allowed", COMMIT),
        # Then the phase.
        (COMMITTING, verbs.SUPPORT, EPCI, MARCH, "phase-closed", TO_COME),
        (COMMITTING, verbs.SUPPORT, EPCI, MAY, "phase-closed", PAST),
        (MODERATOR, verbs.TRIAGE, None, FEBRUARY, "phase-closed", TOO_EARLY),
        # Then the kind of territory.
        (COMMITTING, verbs.SUPPORT, EPCI, APRIL, "not-allowed", WRONG_KIND),
        (
            COMMITTING,
            verbs.SUPPORT,
            replace(COMMUNE, ended_on=date(2021, 1, 1)),
            APRIL,
            "not-allowed",
            REPLACED,
        ),
        # Each power has its own sentence.
        (NEWCOMER, verbs.SUBMIT, COMMUNE, APRIL, "not-allowed", CONTRIBUTE),
        (NEWCOMER, verbs.EDIT, Text(uuid4()), APRIL, "not-allowed", OWN),
    ],
)
def test_a_refusal_says_the_first_thing_in_the_way(
    actor: Actor, verb: Verb, subject: object, month: datetime, code: str, said: str
) -> None:
    refused = refusal(Context(actor, month, CALENDAR, stepped_up=True), verb, subject)
    assert refused is not None
    assert refused.code == code
    assert _sentence(refused) == said


def test_an_act_to_confirm_says_so_before_the_phase_and_after_the_power() -> None:
    unconfirmed = Context(MODERATOR, FEBRUARY, CALENDAR)
    refused = refusal(unconfirmed, verbs.TRIAGE)
    assert refused is not None
    assert (refused.code, refused.status) == ("step-up-needed", 403)
    assert _sentence(refused) == (
        "Il faut confirmer que c’est bien vous pour trier les contributions. Ouvrez la page de "
        "confirmation, tapez votre code, puis recommencez."
    )
    lacking = refusal(replace(unconfirmed, actor=NEWCOMER), verbs.TRIAGE)
    assert lacking is not None
    assert lacking.code == "not-allowed"


def test_a_phase_without_dates_says_so() -> None:
    undated = Context(COMMITTING, APRIL, replace(CALENDAR, windows=()))
    refused = refusal(undated, verbs.SUPPORT, COMMUNE)
    assert refused is not None
    assert (
        _sentence(refused)
        == f"La phase « Soutien aux propositions » n’a pas encore de dates. {DATES}"
    )


@pytest.mark.parametrize(
    ("actor", "verb", "said"),
    [
        (NOBODY, verbs.REQUEST_MEMBERSHIP, "Il faut être connecté pour demander un rattachement."),
        (NEWCOMER, verbs.PUBLISH, "Seule l’équipe de modération peut publier les propositions."),
        (
            MODERATOR,
            verbs.APPOINT,
            "Seule l’administration de la plateforme peut nommer une personne.",
        ),
    ],
)
def test_a_power_one_lacks_is_named(actor: Actor, verb: Verb, said: str) -> None:
    refused = refusal(Context(actor, MAY, CALENDAR), verb)
    assert refused is not None
    assert _sentence(refused) == said


@pytest.mark.parametrize("kind", TerritoryKind)
def test_every_kind_of_territory_has_a_name_in_the_plural(kind: TerritoryKind) -> None:
    territory = Place(COMMUNE.id, kind)
    ctx = Context(COMMITTING, APRIL, replace(CALENDAR, rules={}))
    refused = refusal(ctx, verbs.SUPPORT, territory)
    assert refused is not None
    assert "Dans cette consultation, les " in _sentence(refused)
