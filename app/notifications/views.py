"""In development, the mailbox: what was sent, read from the folder where e-mails are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.web import public

blueprint = Blueprint("mailbox", __name__)
SHOWN = 50
_SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Received:
    to: str
    subject: str
    body: str
    at: datetime


@blueprint.get("/developpement/messagerie")
@public
def mailbox() -> ResponseReturnValue:
    return render_template("app/notifications/mailbox.html", messages=_latest())


def _latest() -> list[Received]:
    folder = Path(current_app.config["MAIL_FILE_PATH"])
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:SHOWN]]


def _read(file: Path) -> Received:
    data = file.read_bytes().removesuffix(_SEPARATOR)
    message = message_from_bytes(data, _class=EmailMessage, policy=policy.default)
    content = message.get_content()
    return Received(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=content if isinstance(content, str) else "",
        at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
    )
