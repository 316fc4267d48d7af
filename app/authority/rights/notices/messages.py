"""The link that a message to an official mailbox carries."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, url_for

from app.tokens import contest_token


def contest_url(notice_id: str) -> str:
    """The link by which a mailbox contests; its token is derived here, as the e-mail leaves."""
    token = contest_token(current_app.config["SECRET_KEY"], UUID(notice_id))
    return url_for("contests.contest", token=token, _external=True)
