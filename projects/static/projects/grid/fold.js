// On a phone a row shows the two figures of investment; the rest unfolds at its button, and by itself where something
// is said of the row or the caret goes there. Without it everything is shown.

/** Show all of a row, or its figures alone. */
export function unfoldLine(body, open = true) {
  const button = body.querySelector("[data-more]");
  if (!button) return;
  body.classList.toggle("is-unfolded", open);
  button.setAttribute("aria-expanded", String(open));
}

export function fold(table) {
  table.classList.add("is-folding");
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-more]");
    if (button) unfoldLine(button.closest("[data-line]"), button.getAttribute("aria-expanded") !== "true");
  });
  table.querySelectorAll("[data-findings] > li").forEach((item) => unfoldLine(item.closest("[data-line]")));
}
