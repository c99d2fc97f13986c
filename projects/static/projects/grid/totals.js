// What rows and columns add up to while one types, exact to the yuan. What cannot be read adds nothing.
import { AMOUNTS } from "./row.js";
import { rate, writeSum } from "./money.js";

export function drawRate(row) {
  row.body.querySelector("[data-rate]").textContent = rate(row.amount("invested"), row.plan);
}

export function drawTotals(table, rows) {
  const sums = {};
  AMOUNTS.forEach((name) => {
    sums[name] = rows.reduce((sum, row) => sum + (row.amount(name) || 0n), 0n);
    table.querySelector(`[data-total="${name}"]`).textContent = writeSum(sums[name]);
  });
  const plan = rows.reduce((sum, row) => sum + (row.plan || 0n), 0n);
  table.querySelector('[data-total="rate"]').textContent = rate(sums.invested, plan);
}
