// Amounts as people type them, in 万元 with up to four decimals, and inside as a BigInt of yuan: always exact.
// Reads what the server's own reader reads; the server judges in the end.

const FACTORS = { "": 10000n, "元": 1n, "万": 10000n, "万元": 10000n, "亿": 100000000n, "亿元": 100000000n };
const BLANKS = ["", "/", "\\", "-", "--", "—", "——", "–", "无", "待定", "暂无", "N/A", "NA"];
const NUMBER = /^([+-]?)\s*(\d{1,3}(?:[, ]\d{3})+|\d+)?(?:\.(\d+))?\s*([^\d\s.,+-]*)$/;
const MOST = 10n ** 15n;
const LONGEST = 40;

/** Half-width digits and signs, spaces at the ends gone. */
export function plain(text) {
  return text.normalize("NFKC").replace(/−/g, "-").trim();
}

/** {yuan: BigInt}, {yuan: null} for what is empty, or {wrong: true}. */
export function read(text) {
  const written = plain(text);
  if (BLANKS.includes(written.toUpperCase())) return { yuan: null };
  const found = written.length <= LONGEST && NUMBER.exec(written);
  if (!found || (found[2] === undefined && found[3] === undefined)) return { wrong: true };
  const factor = FACTORS[found[4]];
  if (factor === undefined) return { wrong: true };
  const part = found[3] || "";
  const scaled = BigInt((found[2] || "0").replace(/[, ]/g, "") + part) * factor;
  const scale = 10n ** BigInt(part.length);
  if (scaled % scale !== 0n || scaled / scale >= MOST) return { wrong: true };
  return { yuan: found[1] === "-" ? -scaled / scale : scaled / scale };
}

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 万元 to the last yuan, thousands set apart, trailing zeros dropped: what stands in a cell. */
export function write(yuan) {
  const size = yuan < 0n ? -yuan : yuan;
  const part = String(size % 10000n).padStart(4, "0").replace(/0+$/, "");
  return (yuan < 0n ? "-" : "") + grouped(String(size / 10000n)) + (part ? "." + part : "");
}

function halfUp(top, bottom) {
  const size = top < 0n ? -top : top;
  const rounded = (2n * size + bottom) / (2n * bottom);
  return top < 0n ? -rounded : rounded;
}

function fixed(scaled, places) {
  const size = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, "0");
  return [(scaled < 0n ? "-" : "") + size.slice(0, -places), size.slice(-places)];
}

/** 万元 with two decimals, as sums are printed. */
export function writeSum(yuan) {
  const [whole, part] = fixed(halfUp(yuan, 100n), 2);
  return `${grouped(whole)}.${part}`;
}

/** Completion rate, half-up with one decimal, or — without a plan. */
export function rate(completed, plan) {
  if (completed === null || plan === null || plan <= 0n) return "—";
  return `${fixed(halfUp(completed * 1000n, plan), 1).join(".")}%`;
}
