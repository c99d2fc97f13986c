// A block from a worksheet goes into the cells from the present one on; what does not fit is told, and all of it can be undone.
import { plain } from "./money.js";
import { parse } from "./tsv.js";
import { CELLS } from "./row.js";
import { say } from "./words.js";

function kindOf(select, text) {
  const wanted = plain(text);
  const found = Array.from(select.options).find((one) => one.value === wanted || one.textContent.trim() === wanted);
  return found ? found.value : null;
}

/** Fill one row from `first` on; returns what was left out. */
function fill(row, first, texts, report) {
  const names = CELLS.slice(CELLS.indexOf(first));
  const cells = names.slice(0, texts.length);
  // Of month and year, both may stand in the block: then neither follows, unless the row has only one of them.
  const given = ["month", "invested"].filter((name) => cells.includes(name) && plain(texts[cells.indexOf(name)]) !== "");
  cells.forEach((name, at) => {
    const cell = row.cells.get(name);
    let text = texts[at];
    if (cell.tagName === "SELECT") {
      const kind = text === "" ? "" : kindOf(cell, text);
      if (kind === null) report.kinds.push(text);
      text = kind === null ? cell.value : kind;
    }
    cell.value = text;
    cell.classList.remove("is-prefilled");
    row.tidy(name);
    report.cells += 1;
  });
  if (given.length === 1) row.follow(given[0]);
  else if (!given.length && (cells.includes("month") || cells.includes("invested"))) row.follow("month");
}

/** Paste a block; null where it is a single value, which the browser pastes itself. */
export function paste(rows, row, name, text) {
  const block = parse(text);
  if (block.length === 1 && block[0].length === 1) return null;
  const below = rows.slice(rows.indexOf(row));
  const width = Math.max(...block.map((line) => line.length));
  const report = { cells: 0, kinds: [], closed: 0, undo: [], rows: [] };
  block.slice(0, below.length).forEach((texts, at) => {
    const target = below[at];
    if (!target.open) {
      report.closed += 1;
      return;
    }
    report.undo.push([target, target.values()]);
    fill(target, name, texts, report);
    report.rows.push(target);
  });
  const fits = CELLS.length - CELLS.indexOf(name);
  report.sentences = [
    say("pasted", { cells: report.cells }),
    width > fits && say("columns_left", { count: width - fits }),
    block.length > below.length && say("rows_left", { count: block.length - below.length }),
    report.closed && say("closed_left", { count: report.closed }),
    ...report.kinds.slice(0, 3).map((kind) => say("kind_left", { text: kind })),
  ].filter(Boolean);
  return report;
}
