"""Conditions on a record as a sum of terms, and the shortest sum that says the same."""

from __future__ import annotations

from collections.abc import Iterable

from regbook.model.access import Atom, DepartmentIn, Granted, LevelAtMost, OwnerIn, Related, Term

Product = frozenset[Atom]
Terms = tuple[Product, ...]
"""Any of these; each is all of its atoms. ``()`` never holds, a product without atoms always does."""

NEVER: Terms = ()
ALWAYS: Terms = (frozenset(),)


def both(one: Terms, other: Terms) -> Terms:
    """What holds when both hold."""
    if one == ALWAYS:
        return other
    if other == ALWAYS:
        return one
    products = (_tight(left | right) for left in one for right in other)
    return tuple(dict.fromkeys(each for each in products if each is not None))


def either(parts: Iterable[Terms]) -> Terms:
    """What holds when any of them does."""
    found = tuple(dict.fromkeys(product for terms in parts for product in terms))
    return ALWAYS if frozenset() in found else found


def shortest(terms: Terms) -> tuple[Term, ...]:
    """The same condition with sets merged and terms that another covers dropped, in a stable order."""
    found = list(terms)
    while True:
        merged = _merged([each for each in found if not _covered(each, found)])
        if len(merged) == len(found):
            return tuple(sorted((tuple(sorted(each, key=_order)) for each in merged), key=_term_order))
        found = merged


def _tight(product: Product) -> Product | None:
    """One bound on the level and one set of owners and of departments; None when nothing can satisfy it."""
    levels = [atom.level for atom in product if isinstance(atom, LevelAtMost)]
    owners = [atom.people for atom in product if isinstance(atom, OwnerIn)]
    units = [atom.departments for atom in product if isinstance(atom, DepartmentIn)]
    if max(len(levels), len(owners), len(units)) > 1:
        rest = {atom for atom in product if not isinstance(atom, LevelAtMost | OwnerIn | DepartmentIn)}
        product = frozenset(
            rest
            | ({LevelAtMost(min(levels))} if levels else set())
            | ({OwnerIn(frozenset.intersection(*owners))} if owners else set())
            | ({DepartmentIn(frozenset.intersection(*units))} if units else set())
        )
    return (
        None
        if any(atom in (OwnerIn(frozenset()), DepartmentIn(frozenset())) for atom in product)
        else product
    )


def _covered(product: Product, among: list[Product]) -> bool:
    """Whether another term holds wherever this one does; of two that say the same the first stays."""
    for other in among:
        if other != product and _within(product, other) and not _within(other, product):
            return True
    twins = [each for each in among if _within(product, each) and _within(each, product)]
    return twins[0] != product


def _within(product: Product, other: Product) -> bool:
    return all(any(_implies(mine, theirs) for mine in product) for theirs in other)


def _implies(one: Atom, other: Atom) -> bool:
    match one, other:
        case LevelAtMost(low), LevelAtMost(high):
            return low <= high
        case OwnerIn(few), OwnerIn(many):
            return few <= many
        case DepartmentIn(few), DepartmentIn(many):
            return few <= many
        case Related(), Related():
            by_field = other.field is None or one.field == other.field
            named = one.people <= other.people and one.departments <= other.departments
            return one.kinds <= other.kinds and by_field and named
        case Granted(), Granted():
            same = (one.person, one.verb) == (other.person, other.verb)
            return same and one.field in (None, other.field)
    return False


def _merged(products: list[Product]) -> list[Product]:
    """Terms that differ in one set only become one term of the united set."""
    for shape in (OwnerIn, DepartmentIn, Related):
        groups: dict[tuple[Product, object], list[Atom]] = {}
        rest: list[Product] = []
        for product in products:
            sets = [atom for atom in product if isinstance(atom, shape)]
            if len(sets) != 1:
                rest.append(product)
                continue
            atom: Atom = sets[0]
            kind = (atom.kinds, atom.field) if isinstance(atom, Related) else None
            groups.setdefault((product - {atom}, kind), []).append(atom)
        products = rest + [others | {_united(atoms)} for (others, _), atoms in groups.items()]
    return products


def _united(atoms: list[Atom]) -> Atom:
    first = atoms[0]
    match first:
        case OwnerIn():
            return OwnerIn(frozenset().union(*(each.people for each in atoms if isinstance(each, OwnerIn))))
        case DepartmentIn():
            units = (each.departments for each in atoms if isinstance(each, DepartmentIn))
            return DepartmentIn(frozenset().union(*units))
        case Related():
            ties = [each for each in atoms if isinstance(each, Related)]
            people = frozenset().union(*(each.people for each in ties))
            return Related(
                first.kinds, people, frozenset().union(*(each.departments for each in ties)), first.field
            )
    return first


_SHAPES = (LevelAtMost, OwnerIn, DepartmentIn, Related, Granted)


def _order(atom: Atom) -> tuple[int, str]:
    return (_SHAPES.index(type(atom)), _text(atom))


def _text(atom: Atom) -> str:
    match atom:
        case LevelAtMost(level):
            return str(level)
        case OwnerIn(names) | DepartmentIn(names):
            return ",".join(sorted(names))
        case Related(kinds, people, departments, by):
            return ";".join([*(",".join(sorted(each)) for each in (kinds, people, departments)), by or ""])
        case Granted(person, verb, by):
            return f"{person};{verb};{by or ''}"


def _term_order(term: Term) -> tuple[int, list[tuple[int, str]]]:
    return (len(term), [_order(atom) for atom in term])
