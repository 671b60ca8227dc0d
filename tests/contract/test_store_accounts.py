"""Accounts, sessions and tokens: what ends, ends everywhere at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from regbook.errors import Conflict, NotFound
from regbook.model.office import Identity, Login, Session, Token
from regbook.store.secrets import hash_is_outdated, hash_password, hash_secret, new_secret, password_matches

NOON = datetime(2026, 9, 30, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def session(id, account="li"):
    return Session(id, account, NOON, NOON, NOON + DAY, "10.0.0.1", "Chromium")


@pytest.fixture
def office(store):
    with store.work() as work:
        work.accounts.add("li", "hash", "person-1", NOON)
        work.accounts.add("wang", None, None, NOON)
        work.sessions.open("s1", session("one"))
        work.sessions.open("s2", session("two"))
        work.sessions.open("w1", session("three", "wang"))
        work.sessions.add_token("t1", Token("tok", "li", "导入程序", NOON, NOON + DAY))
    return store


def known(store, secret, now=NOON):
    with store.reading() as reading:
        found = reading.sessions.identity(secret, now, idle=HOUR)
    return found and found.account


def test_an_account_is_there_once(office):
    with office.reading() as reading:
        assert reading.accounts.login("li") == Login("li", "person-1", True, "hash")
        assert reading.accounts.login("Li") is None
        assert [each.account for each in reading.accounts.of_person("person-1")] == ["li"]
        assert [each.account for each in reading.accounts.all()] == ["li", "wang"]
    with pytest.raises(Conflict) as caught, office.work() as work:
        work.accounts.add("li", None, None, NOON)
    assert caught.value.code == "account-taken"
    with pytest.raises(NotFound), office.work() as work:
        work.accounts.set_password("nobody", "hash", NOON)


def test_the_hash_of_an_account_is_not_printed(office):
    with office.reading() as reading:
        assert "hash" not in repr(reading.accounts.login("li"))


def test_a_session_is_read_with_the_epoch_in_one_statement(office):
    with office.statements() as counter, office.reading() as reading:
        assert reading.sessions.identity("s1", NOON, HOUR) == Identity("li", "person-1", 1, NOON)
        assert counter.count == 1
        assert reading.sessions.identity_by_token("t1", NOON) == Identity("li", "person-1", 1)
        assert reading.sessions.identity_by_name("wang") == Identity("wang", None, 1)
        assert counter.count == 3


def test_a_session_ends_when_idle_when_over_and_when_closed(office):
    assert known(office, "none") is None
    assert known(office, "s1", NOON + HOUR) is None
    with office.work() as work:
        work.sessions.touch("s1", NOON + HOUR - timedelta(seconds=1))
    assert known(office, "s1", NOON + HOUR) == "li"
    with office.work() as work:
        work.sessions.touch("s1", NOON + DAY - timedelta(seconds=1))
    assert known(office, "s1", NOON + DAY) is None
    with office.work() as work:
        assert work.sessions.close("s1", NOON)
        assert not work.sessions.close("s1", NOON)
    assert known(office, "s1") is None
    assert known(office, "s2") == "li"


def test_sessions_are_listed_and_ended_one_by_one_by_their_own_account_alone(office):
    with office.work() as work:
        assert sorted(each.id for each in work.sessions.of("li", NOON)) == ["one", "two"]
        assert work.sessions.of("li", NOON)[0] == session("one")
        assert work.sessions.of("li", NOON + DAY) == ()
        assert not work.sessions.close_one("li", "three", NOON)
        assert work.sessions.close_one("li", "two", NOON)
    assert (known(office, "s2"), known(office, "w1")) == (None, "wang")
    with office.work() as work:
        work.sessions.open("s3", session("four"))
        assert work.sessions.close_all("li", NOON, but="four") == 1
    assert (known(office, "s1"), known(office, "s3"), known(office, "w1")) == (None, "li", "wang")
    with office.work() as work:
        assert work.sessions.close_all("li", NOON) == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda accounts: accounts.set_password("li", "new", NOON),
        lambda accounts: accounts.disable("li", NOON),
        lambda accounts: accounts.set_person("li", "person-2", NOON),
    ],
)
def test_a_new_password_another_person_and_disabling_end_every_session(office, end):
    with office.work() as work:
        end(work.accounts)
    assert (known(office, "s1"), known(office, "s2"), known(office, "w1")) == (None, None, "wang")


def test_a_disabled_account_is_nobody_and_its_tokens_stay_ended(office):
    with office.work() as work:
        work.accounts.disable("li", NOON)
        assert work.sessions.identity_by_token("t1", NOON) is None
        assert work.sessions.identity_by_name("li") is None
        work.accounts.enable("li")
        assert work.sessions.identity_by_name("li") is not None
        assert work.sessions.identity_by_token("t1", NOON) is None
        assert work.sessions.tokens("li", NOON) == ()


def test_a_token_acts_until_it_ends(office):
    with office.work() as work:
        work.sessions.use_token("t1", NOON + HOUR)
        token = Token("tok", "li", "导入程序", NOON, NOON + DAY, NOON + HOUR)
        assert work.sessions.tokens("li", NOON) == (token,)
        assert work.sessions.identity_by_token("t1", NOON + DAY) is None
        assert not work.sessions.revoke_token("wang", "tok", NOON)
        assert work.sessions.identity_by_token("t1", NOON) is not None
        assert work.sessions.revoke_token("li", "tok", NOON)
        assert work.sessions.identity_by_token("t1", NOON) is None


def test_failures_are_counted_and_forgotten(office):
    with office.work() as work:
        work.accounts.failed("li", None)
        work.accounts.failed("li", NOON + HOUR)
        found = work.accounts.login("li")
        assert (found.failures, found.locked_until) == (2, NOON + HOUR)
        work.accounts.succeeded("li", NOON)
        assert work.accounts.login("li") == replace(found, failures=0, locked_until=None)
        work.accounts.failed("nobody", NOON)
        work.accounts.set_factor("li", b"sealed")
        work.accounts.rehash("li", "newer")
        found = work.accounts.login("li")
        assert (found.factor, found.password) == (b"sealed", "newer")
    assert known(office, "s1") == "li"


def test_the_tables_of_roles_and_permissions_stay_empty(office):
    with office.reading() as reading:
        for table in ("ab_role", "ab_permission", "ab_permission_view", "ab_user_role", "ab_view_menu"):
            assert reading.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_a_password_is_known_again_and_nothing_else_is():
    kept = hash_password("correct horse battery staple")
    assert kept.startswith("$argon2id$")
    assert password_matches(kept, "correct horse battery staple")
    assert not password_matches(kept, "correct horse battery stapl")
    assert not password_matches(None, "")
    assert not password_matches("scrypt:1:2$x", "x")
    assert not hash_is_outdated(kept)
    assert hash_is_outdated("scrypt:1:2$x")


def test_a_secret_is_shown_once_and_found_by_its_hash():
    shown, kept = new_secret()
    assert (len(shown), len(kept)) == (43, 64)
    assert hash_secret(shown) == kept
    assert new_secret()[0] != shown
