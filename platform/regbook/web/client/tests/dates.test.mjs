import assert from "node:assert/strict";
import { test } from "node:test";
import { normalDate } from "../src/dates.js";

const today = new Date(2026, 10, 21);
const table = [
  ["date", "20260930", "2026-09-30"], ["date", "2026/9/3", "2026-09-03"], ["date", "2026年9月30日", "2026-09-30"], ["date", "9-30", "2026-09-30"],
  ["date", "2026-02-30", "2026-02-30"], ["date", "soon", "soon"], ["date", "", ""],
  ["time", "9:30", "09:30"], ["time", "0930", "09:30"], ["time", "25:00", "25:00"],
  ["date_time", "2026-9-30 16:00", "2026-09-30 16:00"], ["date_time", "2026-09-30T16:00", "2026-09-30 16:00"], ["date_time", "20260930 1600", "2026-09-30 16:00"], ["date_time", "2026-09-30 26:00", "2026-09-30 26:00"],
];
for (const [kind, typed, written] of table) test(`${kind} ${typed || "(nothing)"}`, () => assert.equal(normalDate(typed, kind, today), written));
test("what is refused stays as it was typed", () => assert.equal(normalDate("2026.13.40", "date", today), "2026.13.40"));
