"""A syndicat acts for three communes of the demonstration, by the mandates they signed."""

from __future__ import annotations

from app import clock
from app.authority.mandates.messages import mandate_text
from app.authority.mandates.operations import prepare_mandate, sign_mandate
from app.authority.mandates.rules import fingerprint
from app.calendar.models import Consultation
from app.calendar.queries import fresh_calendar
from app.gate.actors import Action, TerritoryKind
from app.seeds import people, story
from app.seeds.corpus import Place
from app.seeds.people import Cast
from app.seeds.story import Story

# Three villages of the Hautes-Pyrénées that contribute nothing themselves, and support proposals.
HELPED: tuple[Place, ...] = (
    (TerritoryKind.COMMUNE, "65072"),
    (TerritoryKind.COMMUNE, "65081"),
    (TerritoryKind.COMMUNE, "65100"),
)
DAYS = 300


def sign_mandates(timeline: Story, cast: Cast, consultation: Consultation) -> None:
    """Have each of the three let the syndicat prepare its contributions and support for it.

    And answer the call for interest.
    """
    with clock.at(timeline.instant(story.MANDATED)):
        people.invite_committing(cast, HELPED)
        calendar = fresh_calendar(consultation.id)
        for place in HELPED:
            ctx = cast.acting(cast.committing[place], calendar)
            mandate = prepare_mandate(
                cast.territories[place],
                consultation=consultation,
                helper=None,
                helper_name=people.SYNDICAT,
                persons=[people.HELPER],
                actions=[Action.DRAFT, Action.SUPPORT, Action.AMI],
                starts_on=timeline.date(story.MANDATED),
                ends_on=timeline.date(story.MANDATED + DAYS - 1),
                ctx=ctx,
            )
            read = fingerprint(mandate_text(mandate, signer=cast.committing[place])).hex()
            sign_mandate(mandate, read=read, ctx=ctx)
            cast.helping[place] = cast.helper
