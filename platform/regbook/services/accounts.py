"""Signing in and out, who a session or token is, and the accounts themselves; each with its entry."""

from __future__ import annotations

import hashlib
import ipaddress
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regbook.errors import Busy, Denied, NotFound, Problem, RecordInvalid, SignInRefused
from regbook.model.office import Identity, Login, Session, Token
from regbook.model.people import SYSTEM, Actor
from regbook.model.record import Entry
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.services.passwords import LONGEST, password_problems
from regbook.store import Moved, Reading, Work
from regbook.store.secrets import hash_is_outdated, hash_password, hash_secret, new_secret, password_matches

REGISTER = "account"
"""The journal's name for what happens to accounts; no definition may bear it."""
ADMINISTRATOR = "system_admin"
IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session or token was last used: a read is not worth a write."""

WINDOW = timedelta(minutes=15)
MOST_OF_BOTH = 10
MOST_OF_ADDRESS = 50
MOST_OF_ACCOUNT = 100
"""Failures within WINDOW from one address at one account, from one address, at one account.

What is refused for a limit is not counted against it, so that no lock outlasts the window.
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secret its browser keeps, until when, and whose it is."""

    token: str = field(repr=False)
    until: datetime
    account: str
    person: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, and the edition it is answered under."""

    account: str
    actor: Actor
    edition: Edition


def sign_in(office: Office, name: str, password: str, *, address: str, agent: str = "") -> SignedIn:
    """Opens a new session for the account of a name and password.

    Raises:
        SignInRefused: unknown, disabled, limited or wrong: the same words after the same work.
    """
    now = office.now()
    keys = _limit_keys(name, address)
    with office.store.reading() as reading:
        limited = _limited(reading, keys, now)
        login = reading.accounts.login(name[:LONGEST])
        edition = office.edition(reading)
    present = login is not None and login.active and _present(edition, login)
    known = login.password if login is not None else None
    right = password_matches(known, password[: LONGEST + 1])
    if login is None or not (present and right and not limited):
        _refuse(office, login, keys if not limited else (), now, address)
        raise SignInRefused
    return _open(office, login, password, now, address, agent)


def sign_out(office: Office, token: str) -> None:
    """Ends the session of a secret; one that ended already stays ended."""
    now = office.now()
    hashed = hash_secret(token)
    with office.store.work() as work:
        found = work.sessions.identity(hashed, now, ABSOLUTE)
        if found is not None and work.sessions.close(hashed, now):
            _note(office, work, found.person or found.account, "sign-out", found.account, now)


def who_is(office: Office, token: str, language: str = "zh") -> Caller | None:
    """Whose session a secret is; None when it ended, lay idle too long, or never was."""
    now = office.now()
    hashed = hash_secret(token)
    with office.store.glance() as reading:
        found = reading.sessions.identity(hashed, now, IDLE)
    if found is None:
        return None
    edition = office.edition_of(found.epoch)
    if _long_unseen(found, now):
        with suppress(Busy, Moved), office.store.work() as work:
            work.sessions.touch(hashed, now)
    return Caller(found.account, Actor("person", found.person, language), edition)


def who_is_bearer(office: Office, token: str, language: str = "zh") -> Caller | None:
    """As whom a program's token acts; None when it ended or never was."""
    now = office.now()
    hashed = hash_secret(token)
    with office.store.glance() as reading:
        found = reading.sessions.identity_by_token(hashed, now)
    if found is None:
        return None
    edition = office.edition_of(found.epoch)
    if _long_unseen(found, now):
        with suppress(Busy, Moved), office.store.work() as work:
            work.sessions.use_token(hashed, now)
    return Caller(found.account, Actor("token", found.person, language), edition)


def add_account(office: Office, actor: Actor, name: str, password: str | None, person: str | None) -> None:
    """Adds an account for a person; without a password it signs in only by other means.

    Raises:
        Denied: the actor does not administer accounts.
        RecordInvalid: the name or password cannot be taken.
        Conflict: there is an account of that name.
    """
    problems = [] if _is_name(name) else [Problem("/name", "account-name")]
    problems += password_problems(password, name) if password is not None else []
    administers(office, actor)
    if problems:
        raise RecordInvalid(problems)
    hashed = hash_password(password) if password is not None else None
    now = office.now()
    with office.store.work() as work:
        work.accounts.add(name, hashed, person, now)
        _note(office, work, actor.name, "add", name, now, person=person)


def set_password(
    office: Office, actor: Actor, account: str, password: str, *, old: str | None = None
) -> None:
    """Gives an account a new password and ends its sessions; its own person brings the ``old`` one.

    Raises:
        Denied: it is neither the actor's own account nor hers to administer.
        SignInRefused: the old password is not right.
        RecordInvalid: the new one cannot be taken.
    """
    now = office.now()
    with office.store.reading() as reading:
        login = reading.accounts.login(account)
        own = login is not None and actor.person is not None and login.person == actor.person
    if old is None or not own:
        administers(office, actor)
    elif login is None or not password_matches(login.password, old):
        raise SignInRefused
    if problems := password_problems(password, account):
        raise RecordInvalid(problems)
    hashed = hash_password(password)
    with office.store.work() as work:
        work.accounts.set_password(account, hashed, now)
        _note(office, work, actor.name, "set-password", account, now)


def sessions(office: Office, account: str, token: str) -> tuple[tuple[Session, bool], ...]:
    """Where an account is signed in, last seen first; True beside the session of the ``token`` in hand."""
    now = office.now()
    hashed = hash_secret(token)
    with office.store.reading() as reading:
        here = reading.sessions.id_of(hashed)
        return tuple((each, each.id == here) for each in reading.sessions.of(account, now))


def end_session(office: Office, actor: Actor, account: str, session: str) -> None:
    """Ends one session of an account.

    Raises:
        Denied: it is neither the actor's own account nor hers to administer.
        NotFound: there is none of that id.
    """
    _own_or_administers(office, actor, account)
    now = office.now()
    with office.store.work() as work:
        if not work.sessions.close_one(account, session, now):
            raise NotFound
        _note(office, work, actor.name, "end-session", account, now)


def disable(office: Office, actor: Actor, account: str) -> None:
    """Ends an account's sessions and tokens; nobody signs in by it any more.

    Raises:
        Denied: the actor does not administer accounts.
        NotFound: there is no such account.
    """
    administers(office, actor)
    now = office.now()
    with office.store.work() as work:
        work.accounts.disable(account, now)
        _note(office, work, actor.name, "disable", account, now)


def enable(office: Office, actor: Actor, account: str) -> None:
    """Lets people sign in by an account again; the sessions and tokens that ended stay ended.

    Raises:
        Denied: the actor does not administer accounts.
        NotFound: there is no such account.
    """
    administers(office, actor)
    now = office.now()
    with office.store.work() as work:
        work.accounts.enable(account)
        _note(office, work, actor.name, "enable", account, now)


def issue_token(office: Office, actor: Actor, account: str, name: str, until: datetime | None = None) -> str:
    """A new token that acts as the account: shown this once, only its hash is kept.

    Raises:
        Denied: it is neither the actor's own account nor hers to administer.
        NotFound: there is no such account.
    """
    now = office.now()
    shown, hashed = new_secret()
    _own_or_administers(office, actor, account)
    with office.store.work() as work:
        if work.accounts.login(account) is None:
            raise NotFound
        work.sessions.add_token(hashed, Token(office.make_id(), account, name[:100], now, until))
        _note(office, work, actor.name, "issue-token", account, now, token=name[:100])
    return shown


def revoke_token(office: Office, actor: Actor, account: str, token_id: str) -> None:
    """Ends one token of an account.

    Raises:
        Denied: it is neither the actor's own account nor hers to administer.
        NotFound: there is no such token, or it ended.
    """
    _own_or_administers(office, actor, account)
    now = office.now()
    with office.store.work() as work:
        if not work.sessions.revoke_token(account, token_id, now):
            raise NotFound
        _note(office, work, actor.name, "revoke-token", account, now, token=token_id)


def _open(office: Office, login: Login, password: str, now: datetime, address: str, agent: str) -> SignedIn:
    rehashed = hash_password(password) if hash_is_outdated(login.password or "") else None
    shown, hashed = new_secret()
    until = now + ABSOLUTE
    with office.store.work() as work:
        work.sessions.open(
            hashed, Session(office.make_id(), login.account, now, now, until, address[:100], agent[:400])
        )
        work.accounts.succeeded(login.account, now)
        if rehashed is not None:
            work.accounts.rehash(login.account, rehashed)
        _note(office, work, login.person or login.account, "sign-in", login.account, now, address=address)
    return SignedIn(shown, until, login.account, login.person)


def _refuse(office: Office, login: Login | None, keys: tuple[str, ...], now: datetime, address: str) -> None:
    """Writes down that nobody came in; a name that is no account's is not kept: it may be a password."""
    account = login.account if login is not None else None
    with office.store.work() as work:
        for key in keys:
            work.journal.count_denial(key, now)
        work.accounts.failed(account or "", None)
        _note(office, work, SYSTEM.name, "sign-in-refused", account, now, address=address)


def _limit_keys(name: str, address: str) -> tuple[str, str, str]:
    """What failures are counted under: account and address together, the address, the account."""
    account = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    place = _network(address)
    return f"sign-in:{account}@{place}", f"sign-in:@{place}", f"sign-in:{account}"


def _limited(reading: Reading, keys: tuple[str, str, str], now: datetime) -> bool:
    most = (MOST_OF_BOTH, MOST_OF_ADDRESS, MOST_OF_ACCOUNT)
    counted = [reading.journal.denials(key, now - WINDOW) for key in keys]
    return any(count >= limit for count, limit in zip(counted, most, strict=True))


def _network(address: str) -> str:
    """The address, of a long one the network that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _present(edition: Edition, login: Login) -> bool:
    return login.person is None or edition.directory.active(login.person)


def _long_unseen(found: Identity, now: datetime) -> bool:
    return found.seen_at is None or now - found.seen_at >= SEEN_EVERY


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 64 and name.isprintable() and name == name.strip() and "/" not in name


def administers(office: Office, actor: Actor) -> None:
    """Lets those pass who keep accounts: the system administrators and the system itself.

    Raises:
        Denied: the actor is none of them.
    """
    if actor.kind == "system":
        return
    with office.store.reading() as reading:
        roles = office.edition(reading).directory.roles(actor.person or "")
    if ADMINISTRATOR not in roles:
        raise Denied


def _own_or_administers(office: Office, actor: Actor, account: str) -> None:
    if actor.person is not None and actor.kind == "person":
        with office.store.reading() as reading:
            login = reading.accounts.login(account)
        if login is not None and login.person == actor.person:
            return
    administers(office, actor)


def _note(
    office: Office, work: Work, actor: str, verb: str, account: str | None, now: datetime, **values: Any
) -> None:
    entry = Entry(office.make_id(), REGISTER, account, now, actor, verb, values=values)
    work.journal.write(entry)
