"use strict";
// What all pages share: files made on the page, the index that follows the reader, and a print that shows everything.

/** Let the reader keep a file made here; nothing leaves the page. */
function keep(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Rows of cells, each on one line and without tabs, as a file. */
function tsv(rows) {
  return new Blob(rows.map((cells) => cells.join("\t") + "\n"), { type: "text/tab-separated-values" });
}

/** A new element with attributes, and text that stays text. */
function made(name, attributes = {}, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** A number with three significant digits. */
function short(value) {
  return String(Number(value.toPrecision(3)));
}

/** What takes long to make is made when a reader comes to it. */
function whenSeen(place, make) {
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    make();
  });
  watch.observe(place);
}

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    addEventListener("afterprint", () => (details.open = false), { once: true });
  }
});

/** The line of the index whose section is being read is marked. */
function follow() {
  const lines = [...document.querySelectorAll(".index a")];
  const titles = lines.map((line) => document.getElementById(line.hash.slice(1)));
  let marked = null;
  const mark = () => {
    const tops = titles.map((title) => title.getBoundingClientRect().top);
    const above = tops.filter((top) => top < innerHeight / 3);
    const line = lines[scrollY ? Math.max(tops.indexOf(above.at(-1)), 0) : 0]; // of titles side by side the first
    if (line === marked) return;
    marked?.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    const strip = line.parentElement;
    if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = line.offsetLeft - strip.clientWidth / 3;
    marked = line;
  };
  addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  if (lines.length) mark();
}
follow();
