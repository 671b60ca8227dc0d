"""Accounts and sessions: who comes in, for how long, and what the journal keeps of it."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from web_offices import PASSWORD, hashed, web_office

from regbook.errors import Conflict, Denied, NotFound, RecordInvalid, SignInRefused
from regbook.model.people import SYSTEM, Actor
from regbook.services import accounts
from regbook.store.secrets import hash_secret

HOME = "198.51.100.7"


@pytest.fixture
def office(store):
    web = web_office(store)
    web.sample.office.sample = web.sample
    return web.sample.office


def entries(office, account):
    with office.store.reading() as reading:
        return [(each.verb, each.actor) for each in reading.journal.of(accounts.REGISTER, account)]


def refused(office, name, password, address=HOME):
    with pytest.raises(SignInRefused) as caught:
        accounts.sign_in(office, name, password, address=address)
    return caught.value


def test_a_session_is_hers_until_it_lies_idle_or_its_time_is_over(office):
    signed = accounts.sign_in(office, "staff", PASSWORD, address=HOME, agent="test")
    found = accounts.who_is(office, signed.token, "en")
    assert (found.account, found.actor) == ("staff", Actor("person", "staff", "en"))
    assert entries(office, "staff")[0] == ("sign-in", "staff")
    office.sample.time += timedelta(hours=1, minutes=59)
    assert accounts.who_is(office, signed.token) is not None
    office.sample.time += timedelta(hours=1, minutes=59)
    assert accounts.who_is(office, signed.token) is not None
    office.sample.time += timedelta(hours=2)
    assert accounts.who_is(office, signed.token) is None
    again = accounts.sign_in(office, "staff", PASSWORD, address=HOME)
    assert again.token != signed.token
    for _ in range(12):
        office.sample.time += timedelta(hours=1)
        last = accounts.who_is(office, again.token)
    assert last is None


def test_signing_out_ends_that_session_alone(office):
    one, other = (accounts.sign_in(office, "staff", PASSWORD, address=HOME) for _ in range(2))
    accounts.sign_out(office, one.token)
    accounts.sign_out(office, one.token)
    accounts.sign_out(office, "never was")
    assert accounts.who_is(office, one.token) is None
    assert accounts.who_is(office, other.token) is not None
    assert [verb for verb, _ in entries(office, "staff")].count("sign-out") == 1


def test_unknown_disabled_gone_and_wrong_are_refused_in_the_same_words(office):
    accounts.disable(office, SYSTEM, "peer")
    with office.store.work() as work:
        work.accounts.add("ghost", hashed(), "nobody-of-this-id", office.now())
        work.accounts.add("no-password", None, "staff", office.now())
    said = {
        str(refused(office, name, password))
        for name, password in (
            ("staff", "wrong password"),
            ("nobody", PASSWORD),
            ("peer", PASSWORD),
            ("ghost", PASSWORD),
            ("no-password", ""),
            ("", ""),
            ("x" * 1000, "y" * 10_000),
        )
    }
    assert len(said) == 1
    assert entries(office, "staff")[0] == ("sign-in-refused", "system")


def test_a_name_that_is_no_accounts_is_not_kept(office):
    refused(office, "my secret password typed here", "x")
    with office.store.reading() as reading:
        kept = reading.journal.by("system", limit=50)
    assert "my secret" not in str(kept)


def test_ten_failures_close_the_door_for_a_quarter_of_an_hour_to_that_address_alone(office):
    for _ in range(accounts.MOST_OF_BOTH):
        refused(office, "staff", "wrong password")
    refused(office, "staff", PASSWORD)
    assert accounts.sign_in(office, "staff", PASSWORD, address="203.0.113.9")
    assert accounts.sign_in(office, "head", PASSWORD, address=HOME)
    office.sample.time += timedelta(minutes=10)
    refused(office, "staff", PASSWORD)
    office.sample.time += timedelta(minutes=6)
    assert accounts.sign_in(office, "staff", PASSWORD, address=HOME)


def test_a_house_of_ipv6_addresses_is_one_address(office):
    for number in range(accounts.MOST_OF_BOTH):
        refused(office, "staff", "wrong password", f"2001:db8::{number:x}")
    refused(office, "staff", PASSWORD, "2001:db8::ffff")
    assert accounts.sign_in(office, "staff", PASSWORD, address="2001:db8:0:1::1")


def test_a_new_password_ends_every_session_and_needs_the_old_one(office):
    signed = accounts.sign_in(office, "staff", PASSWORD, address=HOME)
    staff = Actor("person", "staff")
    with pytest.raises(SignInRefused):
        accounts.set_password(office, staff, "staff", "another long sentence", old="wrong password")
    with pytest.raises(Denied):
        accounts.set_password(office, staff, "head", "another long sentence", old=PASSWORD)
    with pytest.raises(Denied):
        accounts.set_password(office, staff, "staff", "another long sentence")
    with pytest.raises(RecordInvalid):
        accounts.set_password(office, staff, "staff", "short", old=PASSWORD)
    assert accounts.who_is(office, signed.token) is not None
    accounts.set_password(office, staff, "staff", "another long sentence", old=PASSWORD)
    assert accounts.who_is(office, signed.token) is None
    refused(office, "staff", PASSWORD)
    assert accounts.sign_in(office, "staff", "another long sentence", address=HOME)
    assert ("set-password", "staff") in entries(office, "staff")


def test_a_disabled_account_loses_sessions_and_tokens_at_once(office):
    signed = accounts.sign_in(office, "peer", PASSWORD, address=HOME)
    token = accounts.issue_token(office, SYSTEM, "peer", "report")
    assert accounts.who_is_bearer(office, token).actor == Actor("token", "peer")
    accounts.disable(office, SYSTEM, "peer")
    assert accounts.who_is(office, signed.token) is None
    assert accounts.who_is_bearer(office, token) is None
    with pytest.raises(NotFound):
        accounts.disable(office, SYSTEM, "nobody")


def test_a_token_ends_when_it_is_revoked_or_its_time_is_over(office):
    staff = Actor("person", "staff")
    brief = accounts.issue_token(office, staff, "staff", "brief", office.now() + timedelta(hours=1))
    lasting = accounts.issue_token(office, staff, "staff", "lasting")
    office.sample.time += timedelta(hours=2)
    assert accounts.who_is_bearer(office, brief) is None
    assert accounts.who_is_bearer(office, lasting) is not None
    with office.store.reading() as reading:
        held = {each.name: each.id for each in reading.sessions.tokens("staff", office.now())}
    with pytest.raises(Denied):
        accounts.revoke_token(office, Actor("person", "head"), "staff", held["lasting"])
    accounts.revoke_token(office, staff, "staff", held["lasting"])
    assert accounts.who_is_bearer(office, lasting) is None
    with pytest.raises(Denied):
        accounts.issue_token(office, Actor("token", "staff"), "staff", "from a token")


def test_only_its_administrator_adds_accounts_and_each_has_an_entry(office):
    with pytest.raises(Denied):
        accounts.add_account(office, Actor("person", "gm"), "new", PASSWORD, "staff")
    accounts.add_account(office, SYSTEM, "new.one", PASSWORD, "staff")
    assert accounts.sign_in(office, "new.one", PASSWORD, address=HOME).person == "staff"
    assert entries(office, "new.one")[-1] == ("add", "system")
    with pytest.raises(Conflict):
        accounts.add_account(office, SYSTEM, "new.one", PASSWORD, "head")
    with pytest.raises(RecordInvalid) as caught:
        accounts.add_account(office, SYSTEM, " x/", "short", None)
    assert [each.path for each in caught.value.problems] == ["/name", "/password"]


def test_no_secret_is_kept_as_it_is_shown(office):
    signed = accounts.sign_in(office, "staff", PASSWORD, address=HOME)
    token = accounts.issue_token(office, SYSTEM, "staff", "report")
    with office.store.reading() as reading:
        kept = str(reading.journal.of(accounts.REGISTER, "staff", limit=50)) + str(reading.accounts.all())
        assert reading.sessions.identity(hash_secret(signed.token), office.now(), accounts.IDLE)
    for secret in (signed.token, token, PASSWORD):
        assert secret not in kept


def test_knowing_who_it_is_takes_one_statement(office):
    signed = accounts.sign_in(office, "staff", PASSWORD, address=HOME)
    token = accounts.issue_token(office, SYSTEM, "staff", "report")
    for who, secret in ((accounts.who_is, signed.token), (accounts.who_is_bearer, token)):
        who(office, secret)
        with office.store.statements() as counter:
            assert who(office, secret) is not None
        assert counter.count == 1


def test_every_refusal_costs_the_same_work(office, monkeypatch):
    accounts.disable(office, SYSTEM, "peer")
    refused(office, "staff", "wrong password")
    verified = []
    matches = accounts.password_matches
    monkeypatch.setattr(accounts, "password_matches", lambda *a: verified.append(1) or matches(*a))
    work = set()
    for name, password in (("staff", "wrong password"), ("nobody", "x"), ("peer", PASSWORD)):
        with office.store.statements() as counter:
            refused(office, name, password)
        work.add((len(verified), counter.count))
        verified.clear()
    assert len(work) == 1
    assert work.pop()[0] == 1


def test_a_hash_of_yesterdays_cost_is_made_anew_at_sign_in(office):
    old = PasswordHasher(1, 8, 1).hash(PASSWORD)
    with office.store.work() as work:
        work.accounts.rehash("staff", old)
    accounts.sign_in(office, "staff", PASSWORD, address=HOME)
    with office.store.reading() as reading:
        kept = reading.accounts.login("staff").password
    assert kept != old
    assert kept.startswith("$argon2id$")
    assert accounts.sign_in(office, "staff", PASSWORD, address=HOME)
