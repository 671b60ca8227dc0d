"""What is published keeps every edition; what is set can be reset."""

from datetime import UTC, date, datetime

import pytest

from regbook.errors import Denied, NotFound, SettingsInvalid
from regbook.model.office import CalendarDay, OfficeFile, PolicyLine, StoredFile, StoredRevision
from regbook.store.database import Moved, open_store

NOON = datetime(2026, 9, 30, 4, tzinfo=UTC)


def revision(register, n):
    return StoredRevision(register, n, {"register": register, "n": n}, f"hash{n}", "designer", NOON, "wang")


def test_the_newest_revision_is_current_and_the_others_stay(store):
    with store.work() as work:
        for each in (revision("issue", 1), revision("issue", 2), revision("person", 1)):
            work.revisions.add(each)
    with store.reading() as reading:
        assert reading.revisions.current() == (revision("issue", 2), revision("person", 1))
        assert reading.revisions.one("issue", 1) == revision("issue", 1)
        assert reading.revisions.one("issue", 9) is None
        assert [each.revision for each in reading.revisions.of("issue")] == [2, 1]
    with pytest.raises(Moved), store.work() as work:
        work.revisions.add(revision("issue", 2))


def test_an_office_file_gets_an_edition_when_it_differs(store):
    with store.work() as work:
        first = work.office_files.put("organisation.json", "{}", "h1", NOON, "wang")
        assert first == OfficeFile("organisation.json", 1, "{}", "h1", NOON, "wang")
        assert work.office_files.put("organisation.json", "{}", "h1", NOON, "li") == first
        assert work.office_files.put("organisation.json", "{ }", "h2", NOON, "li").edition == 2
        work.office_files.put("regulations/dwm.json", "{}", "h1", NOON, "wang")
    with store.reading() as reading:
        assert reading.office_files.one("organisation.json").raw == "{ }"
        assert reading.office_files.one("organisation.json", 1) == first
        assert reading.office_files.one("none") is None
        assert [(each.name, each.edition) for each in reading.office_files.current()] == [
            ("organisation.json", 2), ("regulations/dwm.json", 1)
        ]  # fmt: skip


def test_policy_rows_are_replaced_by_where_they_come_from(store):
    office = [PolicyLine("p", ("role:gm", "*", "", "read"), "*"), PolicyLine("g", ("a, b", ""), "*")]
    issue = [PolicyLine("p", ("role:head", "issue"), "issue")]
    with store.work() as work:
        work.policy.replace("issue", issue * 3)
        work.policy.replace("*", office)
        work.policy.replace("issue", issue)
    with store.reading() as reading:
        assert reading.policy.rows() == (*office, *issue)
    with store.work() as work:
        work.policy.replace("*", ())
        assert work.policy.rows() == tuple(issue)


def test_a_setting_is_set_and_reset(store):
    with store.work() as work:
        work.settings.set("penalty.rate", "30.00", NOON, "wang")
        work.settings.set("count_from", "due", NOON, "wang")
        work.settings.set("count_from", "assigned", NOON, "wang")
        assert work.settings.all() == {"count_from": "assigned", "penalty.rate": "30.00"}
        work.settings.set("count_from", None, NOON, "wang")
        assert work.settings.all() == {"penalty.rate": "30.00"}


def test_the_calendar_keeps_the_editions_that_timers_were_counted_with(store):
    national = CalendarDay(date(2026, 10, 1), "statutory", "state")
    own = CalendarDay(date(2026, 10, 1), "work", "company")
    with store.work() as work:
        assert (work.calendar.edition(), work.calendar.days()) == (0, ())
        work.calendar.put(1, [national])
        work.calendar.put(2, [national, own])
        assert work.calendar.edition() == 2
        assert work.calendar.days() == (own, national)
        assert work.calendar.days(1) == (national,)
        with pytest.raises(ValueError, match="not above"):
            work.calendar.put(2, [])


def attachment(id="f1"):
    return StoredFile(id, "issue", "r1", "photo", "../../照片.jpg", "image/jpeg", 0, "", NOON, "li")


def test_a_file_comes_back_byte_for_byte_under_a_name_that_is_not_its_own(store):
    content = bytes(range(256)) * 10
    with store.work() as work:
        kept = work.files.put(attachment(), content)
        assert (kept.size, len(kept.sha256)) == (2560, 64)
    with store.reading() as reading:
        assert reading.files.one("f1") == kept
        assert reading.files.of("issue", "r1") == (kept,)
        assert reading.files.content("f1") == content
        with pytest.raises(NotFound):
            reading.files.content("none")
    (path,) = store.files.glob("*/*")
    assert path.stat().st_mode & 0o077 == 0
    assert "照片" not in path.name
    path.write_bytes(b"other")
    with store.reading() as reading, pytest.raises(NotFound) as caught:
        reading.files.content("f1")
    assert caught.value.code == "file-damaged"


def test_a_held_file_is_not_removed_and_bytes_nobody_has_are_swept(store):
    with store.work() as work:
        work.files.put(attachment("f1"), b"one")
        work.files.put(attachment("f2"), b"two")
        assert work.files.hold("f1", "诉讼")
    with pytest.raises(ZeroDivisionError), store.work() as work:
        work.files.put(attachment("f3"), b"lost")
        raise ZeroDivisionError
    with pytest.raises(Denied), store.work() as work:
        work.files.remove("f1", NOON)
    with store.work() as work:
        work.files.remove("f2", NOON)
        with pytest.raises(NotFound):
            work.files.remove("f2", NOON)
        assert work.files.one("f2") is None
        assert work.files.sweep(datetime(2020, 1, 1, tzinfo=UTC)) == 0
        assert work.files.sweep(datetime(9999, 1, 1, tzinfo=UTC)) == 2
        assert work.files.content("f1") == b"one"
        assert work.files.hold("f1", None)
        work.files.remove("f1", NOON)


def test_without_a_folder_there_are_no_files(keyring):
    store = open_store("sqlite://", keyring)
    store.prepare()
    with pytest.raises(SettingsInvalid), store.work() as work:
        work.files.put(attachment(), b"")
    with store.work() as work:
        assert work.files.sweep(NOON) == 0
    store.close()
