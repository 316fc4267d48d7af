"""People who support, read and ask for links through the proxy, and what each was answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import product
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from flask import Flask

from app.identity.models import Person
from app.phases import Phase
from tests.support import factories
from tests.support.deployed import NAME, Front
from tests.support.strict_browser import Visitor

COMMUNES = ("22113", "63113", "60057", "35238", "59350", "69123", "34172", "33063")
READERS = 2
# Calm is so many seconds without a refusal.
CALM_SECONDS = 1.0


@dataclass(frozen=True)
class Sent:
    """What someone sent: which form, when, and what it was answered, 0 for nothing."""

    key: tuple[int, str]
    began: float
    ended: float
    status: int


class Someone:
    """A person with a browser, who sends forms through the proxy one after the other."""

    def __init__(self, app: Flask, path: str, person: Person | None = None) -> None:
        visitor = Visitor(app)
        if person is not None:
            visitor.sign_in(person)
        page = visitor.get(path)
        cookie = visitor.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        token = page.soup.find("input", attrs={"name": "csrf_token"})
        assert cookie
        assert token
        self._token = str(token["value"])
        self._headers = {
            "Cookie": f"{cookie.key}={cookie.value}",
            "Referer": f"https://{NAME}/",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def send(self, front: Front, path: str, key: tuple[int, str], **fields: str) -> Sent:
        began = time.monotonic()
        body = urlencode({"csrf_token": self._token, **fields})
        try:
            status, _ = front.ask("POST", path, self._headers, body)
        except OSError:
            status = 0
        return Sent(key, began, time.monotonic(), status)


class Load:
    """People who support, others who read, one who asks for links, until told to stop."""

    def __init__(self, app: Flask, front: Front, *, proposals: int) -> None:
        consultation = factories.consultation(phase=Phase.SUPPORT)
        self._base = f"/consultations/{consultation.slug}/propositions"
        self._front, self._proposals = front, proposals
        for number in range(1, self._proposals + 1):
            factories.published_proposal(consultation, f"Proposition {number}")
        self.supports: list[Sent] = []
        self.links: list[Sent] = []
        self.reads: list[int] = []
        self._lock, self._over = Lock(), Event()
        supporters = []
        for code in COMMUNES:
            someone = Someone(app, f"{self._base}/1", factories.agent_of(code))
            supporters.append((someone, str(factories.territory(code).id)))
        asking = Someone(app, "/connexion")
        half = len(supporters) // 2
        self._threads = [
            *(
                Thread(target=self._support, args=[group])
                for group in (supporters[:half], supporters[half:])
            ),
            *(Thread(target=self._read) for _ in range(READERS)),
            Thread(target=self._ask_for_links, args=[asking]),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def calm_since(self, instant: float) -> bool:
        """Whether, for some time now, nothing sent is refused, and something was accepted since."""
        with self._lock:
            recent = [each for each in self.supports if each.began > instant]
        refused = [each.ended for each in recent if each.status != 303]
        if refused and time.monotonic() - max(refused) < CALM_SECONDS:
            return False
        since = max(refused, default=instant)
        return any(each.status == 303 and each.began >= since for each in recent)

    def first_accepted(self, instant: float) -> float:
        """When the supports sent from then on began to be accepted for good."""
        with self._lock:
            refused = [s.ended for s in self.supports if s.began > instant and s.status != 303]
        return max(refused, default=instant)

    def _support(self, people: list[tuple[Someone, str]]) -> None:
        # Each pair in turn and again: a support already given is answered as given.
        while True:
            for number, (someone, territory) in product(range(1, self._proposals + 1), people):
                if self._over.is_set():
                    return
                path = f"{self._base}/{number}/soutien"
                sent = someone.send(self._front, path, (number, territory), territory=territory)
                with self._lock:
                    self.supports.append(sent)
                if sent.status != 303:
                    time.sleep(0.1)

    def _read(self) -> None:
        while not self._over.wait(0.1):
            try:
                self.reads.append(self._front.get(self._base)[0])
            except OSError:
                self.reads.append(0)

    def _ask_for_links(self, someone: Someone) -> None:
        number = 0
        while not self._over.wait(0.5):
            number += 1
            sent = someone.send(
                self._front, "/connexion", (number, ""), email=f"personne{number}@exemple.fr"
            )
            self.links.append(sent)
