// One project's row: its cells, what the server has of it (`base` at `version`), and what is still to be chosen.
import { plain, read, write } from "./money.js";

export const AMOUNTS = ["month", "invested", "statistics", "funds_arrived", "funds_paid"];
export const CELLS = AMOUNTS.concat(["physical_percent", "physical_text", "problem_kind", "problem_text"]);
export const TYPED = CELLS.concat(["reason"]);
// What is decided together: the month and the year's figure say the same thing.
export const GROUPS = [["month", "invested"]].concat(TYPED.slice(2).map((name) => [name]));

/** Whether two texts of a cell say the same. */
export function same(name, one, other) {
  if (one === other) return true;
  if (!AMOUNTS.includes(name)) return one.trim() === other.trim();
  const [first, second] = [read(one), read(other)];
  return !first.wrong && !second.wrong && first.yuan === second.yuan;
}

export class Row {
  constructor(body) {
    this.body = body;
    this.code = body.dataset.line;
    this.open = "open" in body.dataset;
    this.version = Number(body.dataset.version);
    this.before = BigInt(body.dataset.before);
    this.plan = body.dataset.plan ? BigInt(body.dataset.plan) : null;
    this.cells = new Map();
    body.querySelectorAll("[data-cell]").forEach((cell) => this.cells.set(cell.dataset.cell, cell));
    this.name = body.querySelector(".g-name a").textContent;
    this.both = new Map(); // name of a group's first cell -> the other person's values
    this.redraw = () => {}; // shows both anew
    // Drawn with both values side by side: then nothing of it is known to be on the server.
    this.base = body.querySelector(".both-values") ? null : this.values();
    this.stored = { version: this.version, base: this.base };
  }

  values() {
    const values = {};
    TYPED.forEach((name) => {
      values[name] = this.cells.has(name) ? this.cells.get(name).value.replace(/\r\n/g, "\n").trim() : "";
    });
    return values;
  }

  isChanged() {
    const now = this.values();
    return this.open && (this.base === null || TYPED.some((name) => now[name] !== this.base[name]));
  }

  set(name, text) {
    const cell = this.cells.get(name);
    if (cell && cell.value !== text) cell.value = text;
  }

  /** Put in values by name without asking what follows from them. */
  fill(values) {
    Object.keys(values).forEach((name) => this.set(name, values[name]));
  }

  /** The readable amount of a column: of a field, or of what a submitted row shows. Null where there is none. */
  amount(name) {
    const cell = this.cells.get(name);
    if (cell) return read(cell.value).yuan ?? null;
    const shown = this.body.querySelector(`[data-shown="${name}"]`);
    return shown && shown.dataset.yuan ? BigInt(shown.dataset.yuan) : null;
  }

  /** The month and the year's figure follow each other: whichever was typed stays, the other is worked out. */
  follow(name) {
    if (name !== "month" && name !== "invested") return;
    const other = name === "month" ? "invested" : "month";
    const typed = read(this.cells.get(name).value);
    if (typed.wrong) return;
    if (typed.yuan === null) this.set(other, "");
    else this.set(other, write(name === "month" ? this.before + typed.yuan : typed.yuan - this.before));
  }

  /** Write a figure as figures are written, once it is typed and can be read. */
  tidy(name) {
    const cell = this.cells.get(name);
    if (AMOUNTS.includes(name)) {
      const typed = read(cell.value);
      if (!typed.wrong) cell.value = typed.yuan === null ? "" : write(typed.yuan);
    } else if (name === "physical_percent") {
      cell.value = plain(cell.value).replace(/%$/, "").trim();
    }
  }

  /** The server has kept `values` under `version`. */
  kept(version, values) {
    this.version = version;
    this.base = values;
    this.stored = { version, base: values };
    const seen = this.body.querySelector("[data-seen]");
    if (seen) seen.value = String(version);
  }

  /** It is with the next desk now: nothing more can be typed. */
  close() {
    this.open = false;
    this.cells.forEach((cell) => (cell.disabled = true));
    const pick = this.body.querySelector("[data-pick]");
    if (pick) pick.disabled = true;
    this.body.classList.add("is-closed");
  }
}
