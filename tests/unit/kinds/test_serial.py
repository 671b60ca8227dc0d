from regbook.rules.kinds.serial import SERIAL

from .laws import accepts, refuses


def test_a_number_is_text_that_nobody_writes():
    accepts(SERIAL, "WT-202609-0001", "WT-202609-0001")
    assert SERIAL.schema({}) == {"type": "string", "maxLength": 80, "readOnly": True}
    assert SERIAL.widget == "serial"


def test_invalid_and_shown():
    refuses(SERIAL, 12, "wants-text")
    refuses(SERIAL, "WT\x00", "text-forbidden")
    assert SERIAL.shown("WT-202609-0001", {}) == "WT-202609-0001"
