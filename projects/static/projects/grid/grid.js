// The month as a table to type into. Without this script it is a plain form that does the same with one button more.
import { CELLS, Row } from "./row.js";
import { Keep } from "./keep.js";
import { Keys } from "./keys.js";
import { Sync } from "./sync.js";
import { fold } from "./fold.js";
import { check, unfold } from "./notes.js";
import { drawRate, drawTotals } from "./totals.js";
import { headOf, learn, say } from "./words.js";
import { paste } from "./paste.js";

class Page {
  constructor(table) {
    learn(table);
    this.table = table;
    this.form = table.closest("form");
    this.state = document.querySelector("[data-status]");
    this.alarm = document.querySelector("[data-alarm]");
    this.undoButton = document.querySelector("[data-undo]");
    this.rows = Array.from(table.querySelectorAll("[data-line]"), (body) => new Row(body));
    this.byBody = new Map(this.rows.map((row) => [row.body, row]));
    this.keep = new Keep(table.dataset.user, table.dataset.period);
    this.keys = new Keys(this.rows);
    this.sync = new Sync(table.dataset.lines, this.rows, this.keep, this);
    this.listen();
    this.bringBack();
  }

  rowOf(element) {
    return this.byBody.get(element.closest("[data-line]"));
  }

  listen() {
    const { table, form } = this;
    table.addEventListener("input", (event) => this.typed(event));
    table.addEventListener("change", (event) => this.finished(event));
    table.addEventListener("keydown", (event) => this.pressed(event));
    table.addEventListener("paste", (event) => this.pasted(event));
    table.addEventListener("focusin", (event) => (event.target.was = event.target.value));
    form.addEventListener("submit", (event) => this.submit(event));
    this.undoButton.addEventListener("click", () => this.undo());
    table.querySelector("[data-pick-all]").addEventListener("change", (event) => {
      table.querySelectorAll("[data-pick]:not(:disabled)").forEach((box) => (box.checked = event.target.checked));
    });
    window.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      this.sync.flush();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.keep.works || !this.sync.waiting().length) return;
      event.preventDefault();
      event.returnValue = "";
    });
    window.addEventListener("pageshow", (event) => event.persisted && this.sync.look());
  }

  // ---- what the parts tell

  status(key, figures = {}, late = false) {
    const text = key === "refused" ? figures.sentence : say(key, figures);
    this.state.setAttribute("aria-live", "polite");
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.classList.toggle("is-late", late);
  }

  /** Said at once, and only once: the line above the table shows it and is silent. */
  cry(text) {
    this.state.setAttribute("aria-live", "off");
    this.alarm.textContent = text;
    this.state.textContent = text;
    this.state.classList.add("is-late");
  }

  changed(row) {
    drawRate(row);
    drawTotals(this.table, this.rows);
  }

  closed(row) {
    const values = row.values();
    const lost = row.isChanged() ? CELLS.filter((name) => values[name] && values[name] !== (row.base || {})[name]) : [];
    row.close();
    this.keep.drop(row.code);
    if (!lost.length) return;
    const said = lost.map((name) => `${headOf(name)} ${values[name]}`).join(" · ");
    const item = document.createElement("li");
    item.className = "is-doubt";
    item.textContent = say("closed", { values: said });
    row.body.querySelector("[data-findings]").append(item);
    unfold(row);
  }

  // ---- what the person does

  typed(event) {
    const row = event.target.dataset.cell && this.rowOf(event.target);
    if (!row) return;
    const name = event.target.dataset.cell;
    event.target.classList.remove("is-prefilled", "is-theirs");
    row.follow(name);
    check(row, name);
    if (row.both.size) row.redraw();
    this.changed(row);
    this.sync.touch(row);
  }

  finished(event) {
    const row = event.target.dataset.cell && this.rowOf(event.target);
    if (!row) return;
    row.tidy(event.target.dataset.cell);
    this.sync.touch(row);
  }

  pressed(event) {
    const row = event.target.matches("[data-cell], [data-pick]") && this.rowOf(event.target);
    if (!row) return;
    if (event.key === "Escape" && event.target.dataset.cell && event.target.value !== event.target.was) {
      event.target.value = event.target.was;
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
      if (event.target.select) event.target.select();
    } else this.keys.press(event, row);
  }

  pasted(event) {
    const name = event.target.dataset.cell;
    const row = name && name !== "reason" && this.rowOf(event.target);
    if (!row) return;
    const report = paste(this.rows, row, name, event.clipboardData.getData("text/plain"));
    if (!report) return;
    event.preventDefault();
    this.last = report;
    this.undoButton.hidden = false;
    this.settled(report.rows);
    this.cry(report.sentences.join(" "));
    this.state.classList.toggle("is-late", report.sentences.length > 1);
  }

  undo() {
    this.last.undo.forEach(([row, values]) => row.open && row.fill(values));
    this.undoButton.hidden = true;
    this.settled(this.last.rows);
    this.cry(say("undone"));
  }

  settled(rows) {
    rows.forEach((row) => {
      CELLS.forEach((name) => check(row, name));
      this.changed(row);
      this.sync.touch(row);
    });
  }

  async submit(event) {
    event.preventDefault();
    const wanted = event.submitter ? event.submitter.value : "draft";
    const all = await this.sync.flush();
    if (wanted === "draft") return;
    if (this.rows.some((row) => row.both.size)) this.cry(say("choose_first"));
    else if (!all || !navigator.onLine) this.cry(say("not_submitted"));
    else {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "do", value: wanted });
      this.form.append(field);
      this.form.submit();
    }
  }

  /** What was typed here before the connection, the browser or the laptop went away. */
  bringBack() {
    const back = this.rows.filter((row) => {
      const line = this.keep.get(row.code);
      if (!line) return false;
      if (!row.open) return this.gone(row, line);
      row.version = line.version;
      row.base = line.base;
      row.stored = { version: line.version, base: line.base };
      const shown = row.values();
      row.fill(line.values);
      this.changed(row);
      this.sync.touch(row);
      return CELLS.some((name) => shown[name] !== row.values()[name]);
    });
    if (back.length) this.cry(say("back", { count: back.length }));
  }

  /** Typed here, but submitted meanwhile: it is shown once and then let go. */
  gone(row, line) {
    row.values = () => line.values;
    row.isChanged = () => true;
    row.base = line.base;
    this.closed(row);
    return false;
  }
}

const table = document.querySelector("[data-grid]");
if (table) fold(table);
if (table && table.querySelector("[data-open]")) new Page(table);
