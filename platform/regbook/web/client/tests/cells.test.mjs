import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCells } from "../src/cells.js";

test("rows and cells of a spreadsheet", () => {
  assert.deepEqual(parseCells("纸\t2\r\n笔\t3\r\n"), [["纸", "2"], ["笔", "3"]]);
});
test("a quoted cell keeps its tabs, line ends and quotes", () => {
  assert.deepEqual(parseCells('"a\tb\n""c"""\t1'), [['a\tb\n"c"', "1"]]);
});
test("empty rows are dropped, empty cells are kept", () => {
  assert.deepEqual(parseCells("\n\t\n a \t\t b\n"), [["a", "", "b"]]);
});
test("nothing gives nothing", () => assert.deepEqual(parseCells(""), []));
