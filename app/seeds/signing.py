"""Who one can sign in as in the demonstration, and what each may do at which moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import N_
from app.gate.verb import Verb
from app.gate.verbs import (
    APPOINT,
    ASSESS,
    CHOOSE_SERVICE,
    DECIDE,
    GRANT_MEMBERSHIP,
    PUBLISH_SELECTION,
    READ_COMMITTEE,
    READ_DEPARTEMENT,
    REFER,
    SUBMIT,
    SUPPORT,
    TRIAGE,
    WRITE_SCHEME,
)
from app.seeds import people
from app.seeds.story import Moment

_COLLECTIVITY = {Moment.COLLECTION: SUBMIT, Moment.SUPPORT: SUPPORT, Moment.AMI: REFER}


@dataclass(frozen=True)
class SignIn:
    """Somebody of the demonstration; `may` is what is theirs to do, at the moments they act.

    `departement_code` is the one a prefecture reads.
    """

    email: str
    who: str
    may: Mapping[Moment, Verb]
    departement_code: str = ""


SIGN_INS = (
    SignIn(people.ADMINISTRATOR, N_("administre la plateforme"), dict.fromkeys(Moment, APPOINT)),
    SignIn(
        people.MODERATOR,
        N_("modère la consultation"),
        {
            Moment.COLLECTION: WRITE_SCHEME,
            Moment.TRIAGE: TRIAGE,
            Moment.SUPPORT: ASSESS,
            Moment.COPIL: PUBLISH_SELECTION,
            Moment.AMI: READ_COMMITTEE,
            Moment.CHOICE: READ_COMMITTEE,
            Moment.SERVICES: READ_COMMITTEE,
        },
    ),
    SignIn(
        people.SECOND_MODERATOR,
        N_("modère aussi, et confirme ce que propose la première personne"),
        dict.fromkeys(Moment, GRANT_MEMBERSHIP),
    ),
    SignIn(
        people.CHAIR,
        N_("préside le comité de sélection"),
        {
            **dict.fromkeys(Moment, READ_COMMITTEE),
            Moment.COPIL: DECIDE,
            Moment.CHOICE: CHOOSE_SERVICE,
        },
    ),
    SignIn(
        people.PREFECTURE,
        N_("suit le département de l’Oise pour sa préfecture"),
        dict.fromkeys(Moment, READ_DEPARTEMENT),
        people.DEPARTEMENT_READ,
    ),
    SignIn(people.CLERK, N_("secrétaire de mairie, peut engager sa commune"), _COLLECTIVITY),
    SignIn(people.MAYOR, N_("maire de la même commune"), _COLLECTIVITY),
    SignIn(
        people.REFERENT,
        N_("maire d’une autre commune, qui devient territoire référent"),
        _COLLECTIVITY,
    ),
    SignIn(
        people.HELPER,
        N_("conseille trois communes dans un syndicat, et agit par leurs mandats"),
        {Moment.SUPPORT: SUPPORT, Moment.AMI: REFER},
    ),
    SignIn(people.VICE_PRESIDENT, N_("vice-présidente d’un département"), _COLLECTIVITY),
)

_CODES = N_("Les cinq premières confirment par un code : /developpement/codes le donne.")


def printed(moment: Moment) -> str:
    """The sign-ins of a moment, a line each, and where those who confirm find their code."""
    width = max(len(sign_in.email) for sign_in in SIGN_INS)
    lines = [_line(sign_in, moment, width) for sign_in in SIGN_INS]
    return "\n".join([*lines, f"  {_CODES}"])


def _line(sign_in: SignIn, moment: Moment, width: int) -> str:
    act = sign_in.may.get(moment)
    may = f"\u00a0: peut {act.phrase}" if act else ""
    return f"  {sign_in.email:<{width}}  {sign_in.who}{may}"
