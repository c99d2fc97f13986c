// Sends what was typed, a row by its version, and asks now and then what others have changed. One message at a time.
import { drawFindings } from "./notes.js";
import { meet } from "./meet.js";
import { now, say } from "./words.js";

const PAUSE = 700; // ms without a key before a row is sent
const PATIENCE = 20000; // ms for an answer
const LOOK = 20000; // ms between two looks at what others do
const IDLE = 5 * 60 * 1000; // an unattended page asks nothing, so that its session ends as it should
const RETRIES = [2000, 4000, 8000, 15000, 30000];

function token() {
  const found = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return found ? decodeURIComponent(found[1]) : field ? field.value : "";
}

/** An answer that means: not now. `state` is the sentence that tells why. */
class Away extends Error {
  constructor(state, sentence = "") {
    super(state);
    this.state = state;
    this.sentence = sentence;
  }
}

export class Sync {
  constructor(address, rows, keep, page) {
    this.address = address;
    this.rows = rows;
    this.keep = keep;
    this.page = page; // {status(key, figures, late), sentence(text), changed(row)}
    this.timer = null;
    this.retries = 0;
    this.running = null;
    this.touched = Date.now();
    this.decided = (row) => this.touch(row);
    setInterval(() => this.look(), LOOK);
    window.addEventListener("online", async () => {
      if (await this.flush()) this.tell();
    });
    window.addEventListener("offline", () => this.page.status("offline", {}, true));
    window.addEventListener("focus", () => this.look());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.flush({ keepalive: true });
      else this.look();
    });
  }

  /** The rows that the server does not have as they stand here. */
  waiting() {
    return this.rows.filter((row) => row.isChanged());
  }

  /** A row was typed into: keep it here at once, and send it when the person pauses. */
  touch(row) {
    this.touched = Date.now();
    if (!row.isChanged()) {
      this.keep.drop(row.code);
      this.mark(row, "", "");
      return;
    }
    this.keep.put(row);
    if (row.both.size) this.mark(row, "⇄", say("row_both"));
    else this.mark(row, "●", say("row_waiting"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  /** A sign below the row's box, and what it means. */
  mark(row, sign, words) {
    const place = row.body.querySelector("[data-state]");
    place.textContent = sign;
    place.title = words;
    place.setAttribute("aria-label", words);
    place.classList.toggle("is-good", sign === "✓");
    place.classList.toggle("is-warn", sign !== "✓");
  }

  /** Send everything that waits. True when the server has it all. */
  async flush(how = {}) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    const sent = this.waiting().filter((row) => !row.both.size);
    if (sent.length) {
      this.running = this.send(sent, how);
      try {
        await this.running;
      } finally {
        this.running = null;
      }
    }
    return !this.waiting().length;
  }

  async send(rows, how) {
    const messages = rows.map((row) => ({ code: row.code, version: row.version, values: row.values() }));
    this.page.status("keeping");
    try {
      const answer = await this.ask(how, { lines: messages });
      this.retries = 0;
      answer.lines.forEach((line, at) => this.settle(rows[at], line, messages[at].values));
      this.tell();
    } catch (away) {
      if (!(away instanceof Away)) throw away;
      this.page.status(away.state, { sentence: away.sentence }, true);
      this.later();
    }
  }

  settle(row, line, values) {
    if (line.outcome === "kept") {
      row.kept(line.version, values);
      drawFindings(row, line.findings);
      this.mark(row, "✓", say("row_kept", { time: now() }));
      if (row.isChanged()) this.touch(row);
      else this.keep.drop(row.code);
    } else if (line.outcome === "closed") {
      this.page.closed(row);
    } else {
      meet(row, line, this.decided);
      if (row.both.size) this.mark(row, "⇄", say("row_both"));
    }
    this.page.changed(row);
  }

  /** One sentence for the whole table: is all of it on the server? */
  tell() {
    const left = this.waiting().length;
    if (left) this.page.status("waiting", { count: left }, true);
    else this.page.status("kept", { time: now() });
  }

  later() {
    clearTimeout(this.timer);
    const pause = RETRIES[Math.min(this.retries++, RETRIES.length - 1)];
    this.timer = setTimeout(() => this.flush(), pause);
  }

  /** What have others changed? Not asked while nobody is at the page. */
  async look() {
    if (document.hidden || this.running || Date.now() - this.touched > IDLE) return;
    if (this.waiting().some((row) => !row.both.size)) {
      this.flush();
      return;
    }
    try {
      const answer = await this.ask({});
      const standing = new Map(answer.lines.map((line) => [line.code, line]));
      this.rows.filter((row) => row.open && standing.has(row.code)).forEach((row) => this.compare(row, standing.get(row.code)));
    } catch (away) {
      if (!(away instanceof Away)) throw away;
      this.page.status(away.state, { sentence: away.sentence }, true);
    }
  }

  compare(row, line) {
    if (!line.open) this.page.closed(row);
    else if (line.version > row.version && !this.running) meet(row, line, this.decided);
    else return;
    this.page.changed(row);
  }

  async ask(how, message) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), PATIENCE);
    let response;
    try {
      response = await fetch(this.address, {
        method: message ? "POST" : "GET",
        headers: message ? { "Content-Type": "application/json", "X-CSRFToken": token() } : {},
        body: message ? JSON.stringify(message) : undefined,
        credentials: "same-origin",
        redirect: "manual", // the way to the sign-in page
        cache: "no-store",
        keepalive: Boolean(how.keepalive),
        signal: stop.signal,
      });
    } catch (error) {
      throw new Away("offline");
    } finally {
      clearTimeout(clock);
    }
    if (response.type === "opaqueredirect" || response.status === 403) throw new Away("signed_out");
    if (response.status === 409) throw new Away("refused", (await response.json()).sentence);
    if (!response.ok) throw new Away("failed");
    return response.json();
  }
}
