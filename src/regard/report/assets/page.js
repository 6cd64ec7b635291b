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

/** Words as a part of the name of a file. */
function inFileName(words) {
  return words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
}

/** A number with three significant digits. */
function short(value) {
  return String(Number(value.toPrecision(3)));
}

/** Bytes of base64. */
function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Bytes that were deflated; exact, where a picture's pixels would pass through what a browser does to colours. */
async function inflated(text) {
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** An SVG drawn twice as large as it says it is, as a PNG. */
async function drawn(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`; // the policy has no room for blob: here
  await image.decode();
  const canvas = made("canvas", { width: 2 * image.naturalWidth, height: 2 * image.naturalHeight });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return asPng(canvas);
}

function asPng(canvas) {
  return new Promise((given) => canvas.toBlob(given, "image/png"));
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
