// What is not on the server yet is kept in this browser, for each person, month and project: a closed laptop loses nothing.

const OLDEST = 60 * 24 * 3600 * 1000; // after two months a month is long locked

export class Keep {
  constructor(user, period) {
    this.root = `grid:${user}:${period}:`;
    this.works = true;
    this.forgetOld();
  }

  put(row) {
    const line = { version: row.stored.version, base: row.stored.base, values: row.values(), at: Date.now() };
    try {
      localStorage.setItem(this.root + row.code, JSON.stringify(line));
    } catch (error) {
      this.works = false; // full or forbidden: leaving the page then asks first
    }
  }

  get(code) {
    try {
      const line = JSON.parse(localStorage.getItem(this.root + code));
      return line && typeof line.values === "object" ? line : null;
    } catch (error) {
      return null;
    }
  }

  drop(code) {
    try {
      localStorage.removeItem(this.root + code);
    } catch (error) {
      this.works = false;
    }
  }

  forgetOld() {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith("grid:"))
        .forEach((key) => {
          const line = JSON.parse(localStorage.getItem(key) || "null");
          if (!line || !(line.at > Date.now() - OLDEST)) localStorage.removeItem(key);
        });
    } catch (error) {
      this.works = false;
    }
  }
}
