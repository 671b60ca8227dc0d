"""One person, by id."""

from regbook.rules.kinds.reference import reference

PERSON = reference("person", "people", "people")
