"""The table of honest people: who they are, where they start from, what they do page by page.

A step is one page where the person acts: ask, type a code, accept, sign, support. Signing in,
saying who one is the first time, and confirming that it is oneself are counted apart. Without a
script the page that asks is sent twice, to look for the territory first: the secretary of a village
then sends four forms on three pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.authority import starts, steps
from tests.authority.scene import MAILBOX, WEBMAIL
from tests.authority.starts import ITS_DEPARTEMENT, THE_EPCI, VILLAGE, VILLAGES, Start, with_
from tests.authority.steps import HERE, Step, Where, asks, supports, types_the_code


@dataclass(frozen=True)
class Honest:
    """Who they are in one sentence, where they start from, each page where they act."""

    who: str
    starts: Start
    steps: tuple[Step, ...]
    supporting: tuple[Where, ...] = (HERE,)


ANNE = "anne.le.goff@lannion.fr"
HONEST = {
    "user of the mailbox": Honest(
        "The secretary who reads the official mailbox.",
        with_(MAILBOX, MAILBOX),
        (asks(), supports()),
    ),
    "secretary of a village, on a webmail": Honest(
        "The secretary of a commune of 300 inhabitants, with an address of her own.",
        starts.secretary_of_a_village,
        (asks(VILLAGE), types_the_code("mairie.agonges@wanadoo.fr"), supports(VILLAGE)),
        (VILLAGE,),
    ),
    "own domain, with a referent": Honest(
        "An agent with the town's address, whom a referent approves.",
        starts.where_one_answers(with_(ANNE, MAILBOX)),
        (asks(then=steps.a_referent_approves), supports()),
    ),
    "own domain, without a referent": Honest(
        "The first agent of the town to come, with its address.",
        with_(ANNE, MAILBOX),
        (asks(), types_the_code(MAILBOX), supports()),
    ),
    "own domain, whose referent left": Honest(
        "An agent whose only referent left for a company.",
        starts.where_the_referent_left_for_a_company(with_(ANNE, MAILBOX)),
        (asks(), types_the_code(MAILBOX), supports()),
    ),
    "invited colleague": Honest(
        "A deputy mayor whom the referent invites.", starts.invited(), (steps.accepts, supports())
    ),
    "mayor who chairs an EPCI": Honest(
        "A mayor with two hats, who supports under one.",
        starts.mayor_who_chairs_the_epci,
        (asks(), steps.accepts, supports()),
    ),
    "EPCI agent": Honest(
        "Who reads the EPCI's mailbox, where the rules let EPCI support.",
        starts.epci_agent_where_epci_support,
        (asks(THE_EPCI), supports(THE_EPCI)),
        (THE_EPCI,),
    ),
    "département agent": Honest(
        "An agent of the département, with its address.",
        with_("gael@cotesdarmor.fr", "contact@cotesdarmor.fr", ITS_DEPARTEMENT),
        (
            asks(ITS_DEPARTEMENT),
            types_the_code("contact@cotesdarmor.fr"),
            supports(ITS_DEPARTEMENT),
        ),
        (ITS_DEPARTEMENT,),
    ),
    "ProConnect agent": Honest(
        "An agent whose employer, says the provider, is the town hall itself.",
        starts.by_the_provider,
        (asks(), types_the_code(WEBMAIL), supports()),
    ),
    "commune without a mailbox": Honest(
        "The secretary of a town whose mailbox nobody knows.",
        with_("mairie@lannion.bzh"),
        (asks(then=steps.two_moderators_grant), supports()),
    ),
    "commune sharing its mailbox": Honest(
        "The secretary of two communes, which share one.",
        with_("mairies@tregor.fr", "mairies@tregor.fr", HERE, VILLAGES[0]),
        (asks(then=steps.two_moderators_grant), supports()),
    ),
    "mailbox nobody reads": Honest(
        "A mayor with a webmail, whose secretary is away.",
        with_("maire@gmail.com", WEBMAIL),
        (asks(), steps.turns_to_the_moderators, supports()),
    ),
    "renewal after a year": Honest(
        "The same secretary, 366 days later.", starts.a_year_later, (asks(), supports())
    ),
    "back after leaving": Honest(
        "A secretary who left the town, and came back.",
        starts.back_after_leaving,
        (asks(), supports()),
    ),
    "upheld after a contest": Honest(
        "Whom a colleague contested by mistake.", starts.upheld_after_a_contest, (supports(),)
    ),
    "helper of three communes": Honest(
        "An agent of a syndicat, with three mandates.",
        starts.helper_of_three_communes,
        tuple(supports(place) for place in VILLAGES),
        VILLAGES,
    ),
    "referent who signs a mandate": Honest(
        "Who has a syndicat help, and goes on by themself.",
        starts.referent_with_an_authenticator,
        (steps.prepares_a_mandate, steps.signs_it, supports()),
    ),
    "a second referent": Honest(
        "Who is invited, named by the first, and answers in turn.",
        starts.invited(),
        (
            steps.and_then(steps.accepts, steps.a_referent_names_them),
            steps.approves_a_colleague,
            supports(),
        ),
    ),
}
