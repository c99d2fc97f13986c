// Two people in one row: what only one of them changed is taken over, what both changed is for the person to choose.
import { GROUPS, same } from "./row.js";
import { drawBoth, remark } from "./notes.js";
import { say } from "./words.js";

function agree(group, one, other) {
  return group.every((name) => same(name, one[name] || "", other[name] || ""));
}

/** Bring in how the row stands on the server. `decided(row)` is called when nothing is left to choose. */
export function meet(row, line, decided) {
  const mine = row.values();
  const base = row.stored.base;
  const theirs = line.values;
  const taken = [];
  row.both.clear();
  GROUPS.forEach((group) => {
    if (agree(group, mine, theirs)) return;
    if (base && agree(group, mine, base)) taken.push(group);
    else if (!(base && agree(group, theirs, base))) row.both.set(group[0], theirs);
  });
  taken.forEach((group) => take(row, group, theirs));
  row.version = line.version;
  row.base = theirs;
  const seen = row.body.querySelector("[data-seen]");
  if (seen) seen.value = String(line.version);
  row.redraw = () => drawBoth(row, line.by, (one, group, isTheirs) => choose(one, group, isTheirs, line, decided));
  row.redraw();
  if (!row.both.size) {
    row.stored = { version: row.version, base: row.base };
    if (taken.length) remark(row, say("merged", { who: line.by }));
    decided(row);
  }
}

function take(row, group, theirs) {
  group.forEach((name) => {
    row.set(name, theirs[name] || "");
    const cell = row.cells.get(name);
    if (cell) {
      cell.classList.add("is-theirs");
      cell.classList.remove("is-prefilled");
    }
  });
}

function choose(row, group, isTheirs, line, decided) {
  if (isTheirs) take(row, group, line.values);
  row.both.delete(group[0]);
  row.redraw();
  row.cells.get(group[0]).focus();
  if (row.both.size) return;
  row.stored = { version: row.version, base: row.base };
  decided(row);
}
