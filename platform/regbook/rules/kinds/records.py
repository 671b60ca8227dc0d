"""Several records of another register: ``format`` records, or an array of record."""

from regbook.rules.kinds.record import is_record
from regbook.rules.kinds.reference import references

RECORDS = references("records", "registers", good=is_record)
