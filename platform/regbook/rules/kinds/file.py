"""Files, by id, in the order they were attached; name, size and type are the file store's to tell."""

from regbook.rules.kinds.reference import references

MOST = 50
FILE = references("file", None, most=MOST)
