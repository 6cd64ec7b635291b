"use strict";
// Tables that are sorted, searched and kept as TSV. Without this file they are plain tables, and whole.

const SEARCHED_FROM = 6; // rows; fewer are seen at a glance
const NUMBER = /^\s*[-+−]?(\d[\d,]*\.?\d*|\.\d+)(e[-+]?\d+)?(?![\w])/i;
const byName = new Intl.Collator("en", { numeric: true }).compare;
const tables = new Map(); // by its <table>: what else on the page may ask of it

/** Text on one line. */
const plain = (text) => text.replace(/\s+/g, " ").trim();

/** The number that a cell begins with, NaN if there is none. */
function numberIn(text) {
  const found = NUMBER.exec(text);
  return found ? Number(found[0].replace("−", "-").replace(/,/g, "")) : NaN;
}

class Table {
  constructor(element) {
    this.element = element;
    this.body = element.tBodies[0];
    this.heads = [...element.tHead.rows[0].cells];
    this.columns = this.heads.map((head) => plain(head.textContent));
    this.rows = [...this.body.rows].map((row, place) => ({
      row, place, cells: [...row.cells].map((cell) => cell.dataset.value ?? plain(cell.textContent)), // more digits than are shown
    }));
    this.most = Infinity; // rows shown, by their first order
    this.sortable();
    this.tools();
    this.select();
  }

  /** A button in every head: down or up first, then the other way, then as it was. */
  sortable() {
    this.numeric = this.heads.map((_, column) => {
      const filled = this.rows.map((one) => one.cells[column]).filter(Boolean);
      return filled.length > 0 && filled.every((text) => NUMBER.test(text));
    });
    this.heads.forEach((head, column) => {
      if (!this.columns[column] || this.rows.length < 2) return;
      const button = made("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => this.sort(column));
    });
  }

  sort(column) {
    const ways = this.numeric[column] ? ["none", "descending", "ascending"] : ["none", "ascending", "descending"];
    const way = ways[(ways.indexOf(this.heads[column].getAttribute("aria-sort")) + 1) % 3];
    for (const head of this.heads) if (head.hasAttribute("aria-sort")) head.setAttribute("aria-sort", "none");
    this.heads[column].setAttribute("aria-sort", way);
    const up = way === "ascending" ? 1 : -1;
    const compare = (a, b) => {
      if (way === "none") return 0;
      const [x, y] = [a.cells[column], b.cells[column]];
      if (!x || !y) return !x - !y; // nothing stands last, either way
      return up * (this.numeric[column] ? numberIn(x) - numberIn(y) : byName(x, y));
    };
    this.rows.sort((a, b) => compare(a, b) || a.place - b.place);
    this.body.append(...this.rows.map((one) => one.row));
  }

  /** Above the table: search, verdict where there is one, how many rows are shown, TSV. */
  tools() {
    const title = this.title(), line = made("div", { class: "tools" });
    const region = this.element.parentElement;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", title);
    region.tabIndex = 0;
    this.searched = document.getElementById(this.element.dataset.search ?? "");
    if (!this.searched && this.rows.length >= SEARCHED_FROM) {
      this.searched = made("input", { type: "search", placeholder: "Search", "aria-label": `Search in ${title}` });
      line.append(this.searched);
    }
    this.searched?.addEventListener("input", () => this.select());
    const column = this.verdicts();
    if (column >= 0 && this.rows.length >= SEARCHED_FROM) {
      const words = [...new Set(this.rows.map((one) => one.cells[column]).filter(Boolean))];
      if (words.length > 1) {
        this.chosen = made("select", { "aria-label": `${this.columns[column]} in ${title}` });
        this.chosen.append(new Option(`every ${this.columns[column]}`, ""), ...words.map((word) => new Option(word)));
        this.chosen.addEventListener("change", () => this.select());
        this.chosenColumn = column;
        line.append(this.chosen);
      }
    }
    this.counted = made("output", { "aria-live": "polite" });
    const button = made("button", { type: "button" }, "TSV");
    button.setAttribute("aria-label", `Keep the rows shown of ${title} as TSV`);
    button.addEventListener("click", () => keep(`${this.file(title)}.tsv`, this.shownAsTsv()));
    line.append(this.counted, button);
    region.before(line);
  }

  /** The column of verdicts, -1 if there is none. */
  verdicts() {
    return this.heads.findIndex((_, column) => this.rows.some((one) => one.row.cells[column]?.querySelector(".verdict")));
  }

  /** The nearest heading, or summary, above. */
  title() {
    let at = this.element;
    while (at && at.tagName !== "MAIN") {
      for (let before = at; before; before = before.previousElementSibling) {
        if (/^(H[1-4]|SUMMARY)$/.test(before.tagName)) return before.textContent.trim();
      }
      at = at.parentElement;
    }
    return "table";
  }

  file(title) {
    return this.element.dataset.file ?? (inFileName(title) || "table");
  }

  /** No more than so many rows, by their first order. */
  limit(most) {
    this.most = most;
    this.select();
  }

  /** Show what is searched. Where a cell is just that, rows without such a cell are not meant. */
  select() {
    const wanted = plain(this.searched?.value ?? "").toLowerCase(), word = this.chosen?.value ?? "";
    const just = wanted && this.rows.some((one) => one.cells.some((cell) => cell.toLowerCase() === wanted));
    const fits = (cell) => (just ? cell.toLowerCase() === wanted : cell.toLowerCase().includes(wanted));
    for (const one of this.rows) {
      one.matches = (!wanted || one.cells.some(fits)) && (!word || one.cells[this.chosenColumn] === word);
      one.row.classList.toggle("unmatched", !one.matches);
      one.row.classList.toggle("beyond", one.place >= this.most);
    }
    const shown = this.shown().length;
    this.counted.textContent = shown === this.rows.length ? `${shown} ${shown === 1 ? "row" : "rows"}` : `${shown} of ${this.rows.length} rows`;
    this.element.dispatchEvent(new CustomEvent("selected"));
  }

  shown() {
    return this.rows.filter((one) => one.matches && one.place < this.most);
  }

  shownAsTsv() {
    return tsv([this.columns, ...this.shown().map((one) => one.cells)]);
  }
}

for (const element of document.querySelectorAll("main table")) {
  if (!element.parentElement.matches(".wide")) {
    const region = made("div", { class: "wide" });
    element.replaceWith(region);
    region.append(element);
  }
  tables.set(element, new Table(element));
}
