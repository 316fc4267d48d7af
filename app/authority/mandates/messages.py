"""The text of a mandate, and the e-mails sent about it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext as _
from slugify import slugify

from app.authority.mailboxes.queries import mailbox_recipients
from app.authority.mandates.models import Mandate
from app.authority.mandates.queries import ActingFor
from app.authority.mandates.rules import ACTION_LABELS
from app.authority.memberships.queries import answerable
from app.authority.rights.notices.messages import contest_url
from app.authority.rights.notices.operations import issue_notice
from app.authority.rights.notices.rules import NOTICE_LIFETIME
from app.clock import in_paris, last_day
from app.formats import day, moment
from app.gate.actors import Action, Context
from app.identity.models import Person
from app.notifications.messages import Message
from app.notifications.operations import send

_BLANK_LINES = re.compile(r"\n{3,}")


def mandate_text(mandate: Mandate, *, signer: Person) -> str:
    """The whole French text of a mandate, as this person would sign it for the territory.

    Needs `territory` and `consultation` loaded. Paragraphs are apart by a blank line. Persons are
    named as the territory wrote them: it learns from it neither a name, nor who has an account.
    """
    text = render_template(
        "app/authority/mandates/text.txt",
        territory=mandate.territory,
        place=ActingFor(mandate.territory).label,
        helper=mandate.helper,
        helper_id=mandate.helper_id,
        period=period(mandate),
        consultation=_in_line(mandate.consultation.title),
        signer=_in_line(signer.display_name),
        function=_in_line(signer.function),
        persons=[_in_line(label) for label in mandate.labels],
        allowed=allowed_labels(mandate.allowed),
        refused=allowed_labels(set(Action) - mandate.allowed),
        days=NOTICE_LIFETIME // timedelta(days=1),
    )
    return _BLANK_LINES.sub("\n\n", text).strip()


def signed_file(mandate: Mandate) -> tuple[str, str]:
    """The name of the file of a signed mandate, and its words: the text, then who signed it.

    Needs `territory` and `signed_by` loaded. The text comes first, to the byte, so that whoever
    keeps the file can compute its fingerprint.
    """
    assert mandate.given_at is not None
    assert mandate.text_hash is not None
    signed_on = in_paris(mandate.given_at).date().isoformat()
    name = f"mandat-{slugify(mandate.territory.name)}-{signed_on}.txt"
    block = render_template(
        "app/authority/mandates/signature.txt",
        signed_at=moment(mandate.given_at),
        signature=_in_line(mandate.signature),
        fingerprint=mandate.text_hash.hex(),
        length=len(mandate.text.encode()),
        name=name,
    )
    return name, f"{mandate.text}\n\n{block.strip()}\n"


def period(mandate: Mandate) -> str:
    """« du 1er avril 2026 au 30 avril 2026 inclus »."""
    return _(
        "du %(first)s au %(last)s inclus",
        first=day(mandate.starts_at),
        last=day(last_day(mandate.ends_at)),
    )


def allowed_labels(actions: Collection[str]) -> list[str]:
    """What a mandate of these actions lets do, each in a phrase, in order."""
    return [_(label) for action, label in ACTION_LABELS.items() if action in actions]


def _in_line(words: str) -> str:
    """What someone wrote, on one line: it adds no article to the text around it."""
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
            territory=mandate.territory.label,
            helper=mandate.helper,
            during=period(mandate),
            consultation=mandate.consultation.title,
            actions=mandate.actions,
        )

    def subject(self) -> str:
        return _("Vous pouvez agir pour %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "allowed": allowed_labels(self.actions),
            "url": url_for("mandates.mine", _external=True),
        }


@dataclass(frozen=True, kw_only=True)
class MandateOver(Message):
    """To a person whom a mandate named: it is over, for all or for them alone.

    `by` is territory, mailbox or moderator; `alone` says whether it goes on without them, `judged`
    whether it is contested: what was done by it is then examined act by act.
    """

    template: ClassVar[str] = "mandate_over"

    territory: str
    helper: str
    by: str
    reason: str = ""
    alone: bool = False
    judged: bool = False

    @classmethod
    def about(cls, mandate: Mandate, *, by: str, reason: str = "", alone: bool = False) -> Self:
        """Needs `territory` loaded."""
        label, helper = mandate.territory.label, mandate.helper
        return cls(
            territory=label,
            helper=helper,
            by=by,
            reason=reason,
            alone=alone,
            judged=mandate.contested_at is not None,
        )

    def subject(self) -> str:
        return _("Vous n’agissez plus pour %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("mandates.mine", _external=True)}


@dataclass(frozen=True, kw_only=True)
class MandateNews(Message):
    """To those who answer for a territory: what someone else made of one of its mandates.

    `news` is signed, ended (then `by` is territory, mailbox or moderator) or renounced (then `name`
    is the person, as the territory named them). Signed, it says by whom (`signer`) and for whom
    (`persons`, as the territory named them). An official mailbox, which has no account, is given no
    `mandate_id`: it contains links of its own.
    """

    template: ClassVar[str] = "mandate_news"

    mandate_id: str
    territory: str
    helper: str
    news: str
    by: str = ""
    name: str = ""
    reason: str = ""
    signer: str = ""
    persons: tuple[str, ...] = ()

    @classmethod
    def about(cls, mandate: Mandate, news: str, **facts: Any) -> Self:
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
        of = self.mandate_id
        url = url_for("mandates.one", mandate_id=of, _external=True) if of else ""
        return {**super().context(), "url": url}


@dataclass(frozen=True, kw_only=True)
class MandateNotice(Message):
    """The notice to the official mailbox about a mandate signed in the territory's name.

    `persons` are those it lets act as the territory named them, `actions` what it lets them do,
    `signer` who signed it.
    """

    template: ClassVar[str] = "mandate_notice"

    notice_id: str
    territory: str
    consultation: str
    helper: str
    persons: list[str]
    actions: list[str]
    during: str
    signer: str = ""

    @classmethod
    def about(cls, mandate: Mandate, notice_id: UUID) -> MandateNotice:
        """The notice to the mailbox, with one link; needs what `queries.mandate` loads."""
        return cls(
            notice_id=str(notice_id),
            territory=mandate.territory.label,
            consultation=mandate.consultation.title,
            helper=mandate.helper,
            persons=mandate.labels,
            actions=mandate.actions,
            during=period(mandate),
            signer=mandate.signature,
        )

    def subject(self) -> str:
        return _(
            "Un mandat est signé pour %(territory)s : %(helper)s",
            territory=self.territory,
            helper=self.helper,
        )

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "allowed": allowed_labels(self.actions),
            "url": contest_url(self.notice_id),
            "days": NOTICE_LIFETIME.days,
        }


def send_to_answerable(
    message: MandateNews, mandate: Mandate, *, already_sent: Collection[str] = (), ctx: Context
) -> None:
    """Send those who answer for the territory what another of them, or someone else, did.

    But not those whose address was `already_sent` to.
    """
    for member in answerable(mandate.territory_id, ctx.instant):
        if member.person_id != ctx.actor.person_id and member.person.email not in already_sent:
            send(message, to=member.person.email)


def send_mandate_notice(mandate: Mandate, *, ctx: Context) -> None:
    """Send the official mailbox a mandate just signed, and how to contest it.

    Needs `territory`, `consultation`, and `persons` with their `person` loaded. Without a mailbox,
    nothing is sent.
    """
    for address in mailbox_recipients(mandate.territory_id, ctx.instant):
        notice = issue_notice(mandate, ctx=ctx)
        send(MandateNotice.about(mandate, notice.id), to=address)
