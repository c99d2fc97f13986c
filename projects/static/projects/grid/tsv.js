// A block copied from a worksheet: cells parted by tabs, rows by line ends, quoted where a cell holds either.

function quoted(text, from) {
  let cell = "";
  let at = from + 1;
  while (at < text.length) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"') cell += text[++at];
    else {
      const next = text[at + 1];
      return next === undefined || next === "\t" || next === "\n" ? { cell, end: at + 1 } : null;
    }
    at++;
  }
  return null; // never closed: the quote was part of the text
}

function bare(text, from) {
  let end = from;
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n") end++;
  return { cell: text.slice(from, end), end };
}

/** Rows of texts. The last line end of a copied block begins no row. */
export function parse(source) {
  const text = source.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  let at = 0;
  for (;;) {
    const found = (text[at] === '"' && quoted(text, at)) || bare(text, at);
    rows[rows.length - 1].push(found.cell.trim());
    if (found.end >= text.length) return rows;
    if (text[found.end] === "\n") rows.push([]);
    at = found.end + 1;
  }
}
