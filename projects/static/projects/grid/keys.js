// Moving through the table as through a worksheet: arrows, Enter, Tab; F2 to write within a cell, Escape to take it back.
import { unfoldLine } from "./fold.js";
import { CELLS } from "./row.js";

const COLUMNS = ["pick"].concat(CELLS);

function cellAt(row, column) {
  return column === "pick" ? row.body.querySelector("[data-pick]") : row.cells.get(column);
}

function columnOf(element) {
  return "pick" in element.dataset ? "pick" : element.dataset.cell;
}

function enter(element) {
  if (element.offsetParent === null) unfoldLine(element.closest("[data-line]"));
  element.focus();
  if (element.select) element.select();
}

function isText(element) {
  return element.tagName === "TEXTAREA" || (element.tagName === "INPUT" && element.type === "text");
}

/** Whether the caret can go no further that way, or the whole cell is selected. */
function atEdge(element, forward) {
  if (!isText(element)) return true;
  const whole = element.selectionStart === 0 && element.selectionEnd === element.value.length;
  return whole || (forward ? element.selectionEnd === element.value.length : element.selectionStart === 0);
}

export class Keys {
  constructor(rows) {
    this.rows = rows;
  }

  /** The cell so many rows down and columns on; null beyond the table. Rows that cannot be typed into are passed. */
  near(row, column, down, on) {
    const open = this.rows.filter((one) => one.open);
    const target = open[open.indexOf(row) + down];
    const name = COLUMNS[COLUMNS.indexOf(column) + on];
    return target && name ? cellAt(target, name) : null;
  }

  go(event, row, down, on) {
    const target = this.near(row, columnOf(event.target), down, on);
    if (!target) return false;
    event.preventDefault();
    enter(target);
    return true;
  }

  /** Tab goes to the next cell, past links and boxes; at the end of a row with notes it goes into them. */
  tab(event, row) {
    const step = event.shiftKey ? -1 : 1;
    const at = CELLS.indexOf(columnOf(event.target));
    if (at < 0) return;
    if (CELLS[at + step]) {
      event.preventDefault();
      enter(row.cells.get(CELLS[at + step]));
      return;
    }
    const notes = row.body.querySelector("[data-notes]");
    const inside = Array.from(notes.querySelectorAll("input, button")).some((one) => one.offsetParent !== null);
    if (step > 0 && inside) return; // the browser goes there by itself
    const open = this.rows.filter((one) => one.open);
    const next = open[open.indexOf(row) + step];
    if (!next) return; // out of the table
    event.preventDefault();
    enter(next.cells.get(step > 0 ? CELLS[0] : CELLS[CELLS.length - 1]));
  }

  /** `row` is where the key was pressed. */
  press(event, row) {
    const element = event.target;
    if (event.isComposing || event.keyCode === 229) return; // Enter and arrows choose among the words of an input method
    if (event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      if (event.key === "Enter" && element.tagName === "TEXTAREA") this.newLine(event);
      return;
    }
    if (columnOf(element) === "reason") {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    if (event.key === "Enter") {
      if (!this.go(event, row, event.shiftKey ? -1 : 1, 0)) event.preventDefault();
    } else if (event.key === "Tab") this.tab(event, row);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.upDown(event, row);
    else if (event.key === "ArrowRight" && atEdge(element, true)) this.go(event, row, 0, 1);
    else if (event.key === "ArrowLeft" && atEdge(element, false)) this.go(event, row, 0, -1);
    else if (event.key === "F2" && isText(element)) element.setSelectionRange(element.value.length, element.value.length);
  }

  upDown(event, row) {
    const down = event.key === "ArrowDown";
    if (event.target.tagName === "TEXTAREA" && !atEdge(event.target, down)) return; // first to the last line of the text
    if (!this.go(event, row, down ? 1 : -1, 0) && event.target.tagName === "SELECT") event.preventDefault();
  }

  newLine(event) {
    event.preventDefault();
    event.target.setRangeText("\n", event.target.selectionStart, event.target.selectionEnd, "end");
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
