// The page's sentences in the reader's language, which the server wrote into the table.

let words = {};

export function learn(table) {
  words = JSON.parse(table.dataset.words);
}

/** A sentence with its %(names)s filled in. */
export function say(key, figures = {}) {
  return words[key].replace(/%\((\w+)\)s/g, (whole, name) => (name in figures ? String(figures[name]) : whole));
}

/** The head of a cell's column. */
export function headOf(name) {
  const head = document.getElementById(`h-${name}`);
  return head ? head.firstChild.textContent.trim() : "";
}

/** The time of day as offices write it. */
export function now() {
  const time = new Date();
  return `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
}
