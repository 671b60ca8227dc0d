/* Reading what a spreadsheet puts on the clipboard. */

/** Rows of cells from tab-separated text; a quoted cell may hold tabs, line ends and doubled quotes. */
export function parseCells(text) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  const endCell = () => { row.push(cell.trim()); cell = ""; };
  const endRow = () => { endCell(); if (row.some(Boolean)) rows.push(row); row = []; };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') { cell += '"'; at++; } else if (sign === '"') quoted = false; else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") endCell();
    else if (sign === "\n") endRow();
    else if (sign !== "\r") cell += sign;
  }
  if (cell || row.length) endRow();
  return rows;
}
