"""Answers of 403 and 404, counted for whoever got them."""

from __future__ import annotations

from regbook.model.people import Actor
from regbook.services.office import Office


def count_denial(office: Office, actor: Actor) -> None:
    """Counts one refusal in the actor's minute, alike for what is not there and what she may not see."""
    with office.store.work() as work:
        work.journal.count_denial(actor.name, office.now())
