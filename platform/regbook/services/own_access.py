"""A person's own ways in: the other places she is signed in at, and the tokens of her programs."""

from __future__ import annotations

from datetime import timedelta

from regbook.errors import Denied, Problem, RecordInvalid, SignInRefused
from regbook.model.office import Token
from regbook.model.people import Actor
from regbook.services import accounts
from regbook.services.office import Office
from regbook.services.passwords import LONGEST
from regbook.store.secrets import password_matches

DAYS = (30, 90, 365)
"""For how many days a token may be asked for."""
MOST = 20
LONGEST_NAME = 60


def tokens(office: Office, account: str) -> tuple[Token, ...]:
    """The tokens of an account that have not ended."""
    with office.store.reading() as reading:
        return reading.sessions.tokens(account, office.now())


def issue(office: Office, actor: Actor, account: str, name: str, days: int, password: str) -> str:
    """A new token for the actor's own account, who brings her password: a session left open makes none.

    Raises:
        Denied: it is not her own account, or she did not sign in herself.
        SignInRefused: the password is not right.
        RecordInvalid: the token has no name or no end that is offered, or there are enough.
    """
    with office.store.reading() as reading:
        login = reading.accounts.login(account)
        present = len(reading.sessions.tokens(account, office.now()))
    if actor.kind != "person" or login is None or login.person != actor.person:
        raise Denied
    problems = (
        []
        if 0 < len(name.strip()) <= LONGEST_NAME
        else [Problem("/name", "token-name", {"most": LONGEST_NAME})]
    )
    problems += [] if days in DAYS else [Problem("/days", "token-days")]
    problems += [Problem("/name", "token-enough", {"most": MOST})] if present >= MOST else []
    if problems:
        raise RecordInvalid(problems)
    if not password_matches(login.password, password[: LONGEST + 1]):
        raise SignInRefused
    until = office.now() + timedelta(days=days)
    return accounts.issue_token(office, actor, account, name.strip(), until)


def end_others(office: Office, actor: Actor, account: str, secret: str) -> int:
    """Ends every session of the actor's own account but the one whose secret she holds; answers how many."""
    others = [each for each, here in accounts.sessions(office, account, secret) if not here]
    for each in others:
        accounts.end_session(office, actor, account, each.id)
    return len(others)
