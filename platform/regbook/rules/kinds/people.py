"""Several people, by id: ``format`` people, or an array of person."""

from regbook.rules.kinds.reference import references

PEOPLE = references("people", "people", "people")
