"""Keeping accounts: whose are open, opening one for a person, a new password, closing, letting in again.

Whoever keeps them is shown a password once, when it was made; nobody can read it afterwards. What an
account is called is said in the register of people, in one place.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from regbook.errors import NotFound, Problem, RecordInvalid
from regbook.model.office import Login
from regbook.model.people import Actor, Person
from regbook.services import accounts
from regbook.services.office import Office

Standing = Literal["unnamed", "unopened", "open", "closed"]
"""It has no name yet; nobody signs in by it yet; its person may sign in; she may not any more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person, what she signs in by, and whether she can."""

    person: Person
    account: str
    standing: Standing


def holders(office: Office, actor: Actor) -> tuple[Holder, ...]:
    """Everyone who is here, and everyone who is not and still has an account, in the directory's order.

    Raises:
        Denied: the actor does not administer accounts.
    """
    accounts.administers(office, actor)
    with office.store.reading() as reading:
        people = office.edition(reading).directory.people.values()
        logins = reading.accounts.all()
    held: dict[str, list[Login]] = {}
    for each in logins:
        held.setdefault(each.person or "", []).append(each)
    return tuple(_holder(each, held.get(each.id, ())) for each in people if each.active or each.id in held)


def holder(office: Office, actor: Actor, person: str) -> Holder:
    """One person and what she signs in by.

    Raises:
        Denied: the actor does not administer accounts.
        NotFound: there is no such person.
    """
    accounts.administers(office, actor)
    with office.store.reading() as reading:
        found = office.edition(reading).directory.people.get(person)
        if found is None:
            raise NotFound
        return _holder(found, reading.accounts.of_person(person))


def open_account(office: Office, actor: Actor, person: str) -> str:
    """Opens the account that the person's record names; answers its password, shown this once.

    Raises:
        Denied: the actor does not administer accounts.
        RecordInvalid: she has left, has an account already, or her record names none.
        Conflict: the name is another's.
    """
    found = holder(office, actor, person)
    if found.standing != "unopened" or not found.person.active:
        raise RecordInvalid([Problem("/account", f"account-{found.standing}")])
    password = _password()
    accounts.add_account(office, actor, found.account, password, person)
    return password


def renew_password(office: Office, actor: Actor, person: str) -> str:
    """Gives the person's account another password, shown this once, and ends its sessions.

    Raises:
        Denied: the actor does not administer accounts.
        RecordInvalid: she has no open account.
    """
    found = _in_use(office, actor, person, "open")
    password = _password()
    accounts.set_password(office, actor, found.account, password)
    return password


def close_account(office: Office, actor: Actor, person: str) -> None:
    """Nobody signs in by the person's account any more; her sessions and tokens end.

    Raises:
        Denied: the actor does not administer accounts.
        RecordInvalid: she has no open account, or it is the actor's own.
    """
    found = _in_use(office, actor, person, "open")
    if person == actor.person:
        raise RecordInvalid([Problem("/account", "account-own")])
    accounts.disable(office, actor, found.account)


def let_in_again(office: Office, actor: Actor, person: str) -> None:
    """The person may sign in by her account again, with the password she had.

    Raises:
        Denied: the actor does not administer accounts.
        RecordInvalid: her account is not closed.
    """
    accounts.enable(office, actor, _in_use(office, actor, person, "closed").account)


def _in_use(office: Office, actor: Actor, person: str, standing: Standing) -> Holder:
    found = holder(office, actor, person)
    if found.standing != standing:
        raise RecordInvalid([Problem("/account", f"account-{found.standing}")])
    return found


def _holder(person: Person, logins: Iterable[Login]) -> Holder:
    login = max(logins, key=lambda each: each.active, default=None)
    if login is not None:
        return Holder(person, login.account, "open" if login.active else "closed")
    return Holder(person, person.account or "", "unopened" if person.account else "unnamed")


def _password() -> str:
    return secrets.token_urlsafe(12)
