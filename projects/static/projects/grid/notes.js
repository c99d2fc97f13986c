// What is said of a row: the server's findings at their cells, and below them both values where two people typed.
import { AMOUNTS, CELLS, GROUPS } from "./row.js";
import { unfoldLine } from "./fold.js";
import { plain, read } from "./money.js";
import { headOf, say } from "./words.js";

const LEVELS = ["wrong", "doubt", "remark"];

function made(tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** Show the notes of a row only while there is something in them. */
function unfold(row) {
  const notes = row.body.querySelector("[data-notes]");
  const reason = row.cells.get("reason");
  const asked = row.asked || Boolean(reason && reason.value.trim());
  const label = row.body.querySelector("[data-reason]");
  if (label) label.hidden = !asked;
  const full = notes.querySelector("[data-findings]").children.length || notes.querySelector("[data-both]").children.length;
  notes.hidden = !full && !asked;
  if (!notes.hidden) unfoldLine(row.body);
}

/** The findings of a row, as the server gave them: {field, level, sentence}. */
export function drawFindings(row, findings) {
  const list = row.body.querySelector("[data-findings]");
  list.textContent = "";
  findings.forEach((one) => {
    const item = made("li", "", `is-${one.level}`);
    if (headOf(one.field)) item.append(made("strong", headOf(one.field)), " ");
    item.append(one.sentence);
    list.append(item);
  });
  CELLS.forEach((name) => {
    const cell = row.cells.get(name);
    if (!cell) return;
    const level = LEVELS.find((one) => findings.some((found) => found.field === name && found.level === one));
    LEVELS.forEach((one) => cell.classList.toggle(`is-${one}`, one === level));
    if (level && level !== "remark") cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  });
  row.asked = findings.some((one) => one.level === "doubt");
  unfold(row);
}

/** What can be said of a cell without asking the server: that it is no amount, no percent. */
export function check(row, name) {
  const cell = row.cells.get(name);
  let wrong = "";
  if (AMOUNTS.includes(name) && read(cell.value).wrong) wrong = "not_an_amount";
  if (name === "physical_percent" && !/^(\d|[1-9]\d|100)?\s*%?$/.test(plain(cell.value))) wrong = "not_a_percent";
  if (wrong) drawFindings(row, [{ field: name, level: "wrong", sentence: say(wrong, { text: cell.value.trim() }) }]);
}

function shown(row, name, text) {
  const cell = row.cells.get(name);
  if (cell && cell.tagName === "SELECT") {
    const option = Array.from(cell.options).find((one) => one.value === text);
    if (text && option) return option.textContent;
  }
  return text || say("empty");
}

/** Both values of each cell that two people typed, each a button; `chosen(row, group, theirs)` is told which. */
export function drawBoth(row, who, chosen) {
  const place = row.body.querySelector("[data-both]");
  place.textContent = "";
  CELLS.forEach((name) => row.cells.has(name) && row.cells.get(name).classList.toggle("is-both", row.both.has(name)));
  if (row.both.size) place.append(made("p", say("by", { who }), "is-warn"));
  row.both.forEach((theirs, first) => {
    const group = GROUPS.find((one) => one[0] === first);
    const line = made("div", "", "g-choices");
    line.append(made("strong", headOf(first)));
    [["theirs", theirs[first]], ["yours", row.cells.get(first).value]].forEach(([whose, value]) => {
      const button = made("button", say(whose, { value: shown(row, first, value) }), "button button-small");
      button.type = "button";
      button.dataset.take = whose;
      button.addEventListener("click", () => chosen(row, group, whose === "theirs"));
      line.append(button);
    });
    place.append(line);
  });
  unfold(row);
}

/** A sentence about the whole row, such as what somebody else has changed in it. */
export function remark(row, sentence) {
  const place = row.body.querySelector("[data-both]");
  place.textContent = "";
  place.append(made("p", sentence));
  unfold(row);
}

export { unfold };
