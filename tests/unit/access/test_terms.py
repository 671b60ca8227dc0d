"""The shortest sum of terms says the same as the sum it was made from."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from offices import NOW

from regbook.access import terms
from regbook.model.access import DepartmentIn, Granted, LevelAtMost, OwnerIn, Reach, Related
from regbook.model.policy import HeldGrant, Relation
from regbook.model.record import Record
from regbook.rules.reach import holds

some = st.frozensets(st.sampled_from("abc"), min_size=1, max_size=2)
atoms = st.one_of(
    st.builds(LevelAtMost, st.integers(0, 2)),
    st.builds(OwnerIn, some),
    st.builds(DepartmentIn, some),
    st.builds(Related, st.just(frozenset({"party"})), some, some, st.sampled_from((None, "to"))),
    st.builds(Granted, st.just("a"), st.just("read"), st.sampled_from((None, "to"))),
)
sums = st.lists(st.frozensets(atoms, max_size=2), max_size=4)
names = st.sampled_from(("a", "b", "c", None))
records = st.builds(
    Record, st.just("r"), st.just("1"), st.just("s"), st.just({}), names, names, level=st.integers(0, 2)
)
relations = st.lists(
    st.builds(
        Relation, st.just("r"), st.just("1"), st.just("party"), names, names, st.sampled_from((None, "to"))
    ),
    max_size=2,
)
grants = st.lists(
    st.builds(
        HeldGrant, st.just("g"), st.just("r"), st.just("1"), st.just("a"), st.just(frozenset({"read"})),
        st.just(NOW), st.just("b"), st.just(""), fields=st.sampled_from((frozenset(), frozenset({"to"}))),
    ),
    max_size=1,
)  # fmt: skip


def searched(examples):
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(sums, sums, records, relations, grants)
    def agree(one, other, record, ties, given_):
        def met(found):
            return holds(Reach(tuple(tuple(each) for each in found)), record, ties, given_, NOW)

        assert met(terms.shortest(tuple(one))) == met(one)
        assert met(terms.both(tuple(one), tuple(other))) == (met(one) and met(other))
        assert met(terms.either([tuple(one), tuple(other)])) == (met(one) or met(other))

    agree()


def test_the_shortest_sum_says_the_same():
    searched(150)


def loosest(product):
    """The widest bound instead of the tightest."""
    levels = [atom.level for atom in product if isinstance(atom, LevelAtMost)]
    rest = frozenset(atom for atom in product if not isinstance(atom, LevelAtMost))
    return rest | ({LevelAtMost(max(levels))} if levels else frozenset())


def united(products):
    """Owner sets united whatever else the terms ask."""
    people = [atom.people for product in products for atom in product if isinstance(atom, OwnerIn)]
    everyone = OwnerIn(frozenset().union(*people))
    return [
        frozenset(everyone if isinstance(atom, OwnerIn) else atom for atom in product) for product in products
    ]


def reversed_levels(one, other):
    """A higher bound taken for the narrower."""
    both_levels = isinstance(one, LevelAtMost) and isinstance(other, LevelAtMost)
    return one.level >= other.level if both_levels else implies(one, other)


implies = terms._implies
FAULTS = {
    "the tightest level is the loosest": ("_tight", loosest),
    "sets are united across terms": ("_merged", united),
    "a higher level lies within a lower": ("_implies", reversed_levels),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_finds_a_planted_fault(fault, monkeypatch):
    monkeypatch.setattr(terms, *FAULTS[fault])
    with pytest.raises(AssertionError):
        searched(1000)
