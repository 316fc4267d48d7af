"""The text of a mandate, and what people are told of it by e-mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self

from flask import render_template, url_for
from flask_babel import gettext as _

from app.clock import last_day
from app.formats import day
from app.gate import Action
from app.identity.models import Person
from app.notifications.messages import Message
from app.territories.mandates.models import Mandate
from app.territories.mandates.queries import ActingFor
from app.territories.mandates.rules import ACTION_LABELS
from app.territories.memberships.rules import NOTICE_LIFETIME

_BLANK_LINES = re.compile(r"\n{3,}")


def mandate_text(mandate: Mandate, *, signer: Person) -> str:
    """The whole French text of a mandate, as this person would sign it for the territory.

    Needs `territory`, `consultation` and the persons loaded. Paragraphs are apart by a blank line.
    """
    text = render_template(
        "app/territories/mandates/text.txt",
        territory=mandate.territory, place=ActingFor(mandate.territory).label,
        helper=mandate.helper, helper_id=mandate.helper_id, period=period(mandate),
        consultation=_in_line(mandate.consultation.title), signer=_in_line(signer.display_name),
        function=_in_line(signer.function),
        persons=[
            _identity(named.person)
            for named in sorted(mandate.persons, key=lambda named: named.person.email)
            if named.removed_at is None
        ],
        allowed=[_(ACTION_LABELS[action]) for action in Action if action in mandate.allowed],
        refused=[_(ACTION_LABELS[action]) for action in Action if action not in mandate.allowed],
        days=NOTICE_LIFETIME // timedelta(days=1),
    )  # fmt: skip
    return _BLANK_LINES.sub("\n\n", text).strip()


def period(mandate: Mandate) -> str:
    """« du 1er avril 2026 au 30 avril 2026 inclus »."""
    return _(
        "du %(first)s au %(last)s inclus",
        first=day(mandate.starts_at), last=day(last_day(mandate.ends_at)),
    )  # fmt: skip


def _identity(person: Person) -> str:
    """Who a person is: by name and address, or by address alone before they said their name."""
    name = _in_line(person.full_name)
    return f"{name} ({person.email})" if name else person.email


def _in_line(words: str) -> str:
    """What someone wrote, on one line: it adds no article to the text it stands in."""
    return " ".join(words.split())


@dataclass(frozen=True, kw_only=True)
class MandateGiven(Message):
    """To each person whom a signed mandate names."""

    template: ClassVar[str] = "mandate_given"

    territory: str
    helper: str
    consultation: str
    during: str
    actions: list[str]

    @classmethod
    def about(cls, mandate: Mandate) -> Self:
        """Needs `territory` and `consultation` loaded."""
        return cls(
            territory=mandate.territory.label, helper=mandate.helper, during=period(mandate),
            consultation=mandate.consultation.title, actions=mandate.actions,
        )  # fmt: skip

    def subject(self) -> str:
        return _("Vous pouvez agir pour %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "allowed": [_(ACTION_LABELS[Action(action)]) for action in self.actions],
            "url": url_for("mandates.mine", _external=True),
        }


@dataclass(frozen=True, kw_only=True)
class MandateOver(Message):
    """To a person whom a mandate named: it is over, for all or for them alone.

    `by` is territory, mailbox or moderator; `alone` says whether it goes on without them.
    """

    template: ClassVar[str] = "mandate_over"

    territory: str
    helper: str
    by: str
    reason: str = ""
    alone: bool = False

    @classmethod
    def about(cls, mandate: Mandate, *, by: str, reason: str = "", alone: bool = False) -> Self:
        """Needs `territory` loaded."""
        label, helper = mandate.territory.label, mandate.helper
        return cls(territory=label, helper=helper, by=by, reason=reason, alone=alone)

    def subject(self) -> str:
        return _("Vous n’agissez plus pour %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("mandates.mine", _external=True)}


@dataclass(frozen=True, kw_only=True)
class MandateNews(Message):
    """To the referents of a territory: what someone else made of one of its mandates.

    `news` is signed, ended (then `by` is territory, mailbox or moderator) or renounced (then `name`
    is that of the person).
    """

    template: ClassVar[str] = "mandate_news"

    mandate_id: str
    territory: str
    helper: str
    news: str
    by: str = ""
    name: str = ""
    reason: str = ""

    @classmethod
    def about(cls, mandate: Mandate, news: str, **facts: str) -> Self:
        """Needs `territory` loaded."""
        label, helper = mandate.territory.label, mandate.helper
        return cls(mandate_id=str(mandate.id), territory=label, helper=helper, news=news, **facts)

    def subject(self) -> str:
        subjects = {
            "signed": _("Un mandat est signé : %(territory)s", territory=self.territory),
            "ended": _("Un mandat a pris fin : %(territory)s", territory=self.territory),
            "renounced": _(
                "Une personne renonce à un mandat : %(territory)s", territory=self.territory
            ),
        }
        return subjects[self.news]

    def context(self) -> dict[str, Any]:
        url = url_for("mandates.one", mandate_id=self.mandate_id, _external=True)
        return {**super().context(), "url": url}
