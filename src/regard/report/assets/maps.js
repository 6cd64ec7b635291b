"use strict";
// Maps of attention heads: one is chosen from small ones, pointed into, and laid along one axis with what is known.

class Maps {
  static margin = { left: 46, right: 10, top: 6 };
  static track = 40; // pixels, and of a row of marks:
  static row = 15;

  constructor(place, told, images) {
    this.told = told;
    this.count = told.layers * told.heads; // means of layers and of all are numbered after the heads
    this.shown = told.shown.map((one, k) => ({ ...one, ...images[k], known: new Map() }));
    this.times = Float64Array.from({ length: 256 }, (_, level) => (level ? 2 ** ((level - 1) / told.steps + told.low) : NaN));
    this.ask = Object.fromEntries([...place.querySelectorAll("select, input, button[name]")].map((one) => [one.name, one]));
    this.heads = place.querySelector(".heads");
    this.title = place.querySelector(".title");
    this.panels = place.querySelector(".panels");
    this.which = told.start ?? this.count + told.layers;
    this.at = null; // query and key, 0-based
    const options = () => this.shown.map((one, value) => made("option", { value }, one.id));
    this.ask.one.replaceChildren(...options());
    this.ask.other.replaceChildren(made("option", { value: -1 }, "nothing"), ...options());
    if (told.beside) this.ask.other.value = 1;
    this.ask.other.parentElement.hidden = this.shown.length < 2;
    for (const select of [this.ask.one, this.ask.other]) select.addEventListener("change", () => this.open());
    for (const end of [this.ask.from, this.ask.to]) end.addEventListener("change", () => this.zoom(...this.typed()));
    this.ask.queries.addEventListener("change", () => this.draw());
    this.ask.whole.addEventListener("click", () => this.zoom(0, this.longest));
    this.list();
    this.legend(place.querySelector(".scale"));
    new ResizeObserver(() => this.draw()).observe(this.panels);
    this.open();
  }

  name(number) {
    const { layers, heads, layer } = this.told;
    if (number === this.count + layers) return `Mean of all ${this.count} heads`;
    const word = layer[0].toUpperCase() + layer.slice(1);
    if (number >= this.count) return `${word} ${number - this.count + 1}, mean of its heads`;
    return `${word} ${Math.floor(number / heads) + 1}, head ${(number % heads) + 1}`;
  }

  /** The small maps as buttons, a row a layer, its mean at the end; one of them is reached by Tab, the rest by arrows. */
  list() {
    const { layers, heads, named, layer } = this.told, across = heads + 1, numbers = [];
    this.heads.style.gridTemplateColumns = `auto repeat(${across}, minmax(0, 1fr))`;
    const label = (text) => made("span", { "aria-hidden": "true" }, text);
    const button = (number) => {
      const said = named[number] ? `${this.name(number)}: ${named[number]}` : this.name(number);
      const one = made("button", { type: "button", "data-map": number, "aria-label": said, title: said });
      if (named[number]) one.className = "named";
      one.append(document.createElement("canvas"));
      one.addEventListener("click", () => this.choose(number));
      numbers.push(number);
      return one;
    };
    this.heads.append(label(layer), ...Array.from({ length: heads }, (_, k) => label(k + 1)), label("mean"));
    for (let row = 0; row < layers; row++) {
      this.heads.append(label(row + 1));
      for (let k = 0; k < heads; k++) this.heads.append(button(row * heads + k));
      this.heads.append(button(this.count + row));
    }
    const all = made("div", { class: "all" });
    all.append(label("mean of all"), button(this.count + layers));
    this.heads.append(all);
    this.heads.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
      const from = numbers.indexOf(Number(event.target.dataset.map));
      if (!step || from < 0) return;
      event.preventDefault();
      this.choose(numbers[Math.min(Math.max(from + step, 0), numbers.length - 1)]);
      this.heads.querySelector("[aria-pressed=true]").focus();
    });
  }

  legend(scale) {
    const { low, steps, coloured } = this.told, bar = scale.querySelector("canvas"), context = bar.getContext("2d");
    const [start, end] = [-coloured, coloured].map((power) => (power - low) * steps + 1);
    bar.width = end - start + 1;
    context.putImageData(picture(Uint8Array.from({ length: bar.width }, (_, k) => Math.min(start + k, 255)), bar.width, this.told.colours), 0, 0);
    const [less, more] = scale.querySelectorAll("span");
    less.textContent = `at most 1/${2 ** coloured} × even`;
    more.textContent = `${2 ** coloured} × even and more`;
  }

  get longest() {
    return Math.max(...this.opened.map((one) => one.letters.length));
  }

  /** Show the sequences that are chosen, whole. */
  open() {
    const pair = [Number(this.ask.one.value), Number(this.ask.other.value)];
    this.opened = pair.filter((k, place) => k >= 0 && (place === 0 || k !== pair[0])).map((k) => this.shown[k]);
    this.panels.replaceChildren(...this.opened.map((one) => this.panel(one)));
    for (const button of this.heads.querySelectorAll("button")) {
      const { side, cells } = this.map(this.opened[0], Number(button.dataset.map), true);
      const canvas = button.firstElementChild;
      canvas.width = canvas.height = side;
      canvas.getContext("2d").putImageData(picture(cells, side, this.told.colours), 0, 0);
    }
    this.at = null;
    this.zoom(0, this.longest);
    this.choose(this.which);
  }

  panel(one) {
    const panel = made("div", { class: "panel" }), canvas = made("canvas", { tabindex: 0, role: "application", class: "on-paper" });
    panel.append(made("p", {}, [one.id, one.about].filter(Boolean).join(", ")), made("output", { "aria-live": "polite" }), canvas);
    canvas.setAttribute("aria-describedby", "maps-keys");
    canvas.addEventListener("keydown", (event) => this.key(event, one));
    let start = null;
    const place = (event) => this.place(one, canvas, event);
    canvas.addEventListener("pointerdown", (event) => {
      start = place(event).key;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const { query, key } = place(event);
      this.brush = start !== null && key !== start ? [Math.min(start, key), Math.max(start, key) + 1] : null;
      this.point(query, key);
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(kind, () => {
        const chosen = this.brush;
        start = this.brush = null;
        if (chosen && kind === "pointerup" && chosen[1] - chosen[0] > 2) this.zoom(...chosen);
        else this.draw();
      });
    }
    return panel;
  }

  choose(number) {
    this.which = number;
    for (const button of this.heads.querySelectorAll("button")) {
      const pressed = Number(button.dataset.map) === number;
      button.setAttribute("aria-pressed", pressed);
      button.tabIndex = pressed ? 0 : -1;
    }
    const { named } = this.told;
    this.title.textContent = named[number] ? `${this.name(number)}: ${named[number]}` : this.name(number);
    this.draw();
  }

  /** Cells of a map, and what it is over even attention; the finest that is here, or `small`. Means are made of small maps. */
  map(one, number, small = false) {
    const key = `${number} ${small && number in one.full}`;
    if (!one.known.has(key)) one.known.set(key, number in one.full && !small ? this.read(...one.full[number]) : this.ofSmall(one, number));
    return one.known.get(key);
  }

  ofSmall(one, number) {
    const { layers, heads } = this.told, { side, small } = one, area = side * side;
    if (number < this.count) return this.read(side, small.subarray(number * area, (number + 1) * area));
    const all = number === this.count + layers, from = all ? 0 : (number - this.count) * heads, to = all ? this.count : from + heads;
    const times = new Float64Array(area);
    for (let head = from; head < to; head++) for (let k = 0; k < area; k++) times[k] += this.times[small[head * area + k]];
    const cells = new Uint8Array(area);
    for (let k = 0; k < area; k++) {
      times[k] /= to - from;
      if (times[k] === times[k]) cells[k] = Math.min(Math.max(Math.round((Math.log2(times[k]) - this.told.low) * this.told.steps) + 1, 1), 255);
    }
    return { side, cells, times };
  }

  read(side, cells) {
    return { side, cells, times: Float64Array.from(cells, (level) => this.times[level]) };
  }

  zoom(from, to) {
    const last = this.longest;
    from = Math.min(Math.max(from || 0, 0), last - 1); // what is no number is the start
    this.range = [from, Math.min(Math.max(to || last, from + 1), last)];
    const { first } = this.told;
    for (const end of [this.ask.from, this.ask.to]) [end.min, end.max] = [first, last - 1 + first];
    this.ask.from.value = this.range[0] + first;
    this.ask.to.value = this.range[1] - 1 + first;
    this.draw();
  }

  typed() {
    const { first } = this.told, [from, to] = [this.ask.from, this.ask.to].map((end) => end.valueAsNumber);
    return [from - first, to - first + 1];
  }

  get rows() {
    return this.ask.queries.checked ? this.range : [0, this.longest];
  }

  /** Query and key under the pointer; outside the map the nearest. */
  place(one, canvas, event) {
    const box = canvas.getBoundingClientRect(), { left, right, top } = Maps.margin, wide = box.width - left - right;
    const along = (share, [from, to]) => Math.min(Math.max(Math.floor(from + share * (to - from)), from), to - 1);
    return { key: along((event.clientX - box.left - left) / wide, this.range), query: along((event.clientY - box.top - top) / wide, this.rows) };
  }

  point(query, key) {
    this.at = [query, key];
    this.draw();
  }

  key(event, one) {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const length = one.letters.length, { side } = this.map(one, this.which), of = (position) => Math.floor((position * side) / length);
    const [query, key] = (this.at ?? [this.rows[0], this.range[0]]).map((position, axis) => {
      if (!this.at || !steps[axis]) return position;
      const cell = Math.min(Math.max(of(position) + steps[axis], 0), side - 1), [start, end] = block(cell, side, length);
      const [from, to] = axis ? this.range : this.rows;
      return end <= from || start >= to ? position : Math.max(start, from); // the next cell, not the next position
    });
    this.point(query, key);
  }

  draw() {
    this.opened.forEach((one, k) => {
      const panel = this.panels.children[k];
      if (panel) this.paint(one, panel.querySelector("canvas"), panel.querySelector("output"));
    });
  }

  paint(one, canvas, output) {
    const { left, right, top } = Maps.margin, wide = canvas.clientWidth - left - right, length = one.letters.length;
    if (wide < 10) return;
    const map = this.map(one, this.which), [from, to] = this.range, [above, below] = this.rows;
    const tracks = [["received, this map", received(map, length)], ...one.tracks];
    const high = top + wide + 34 + tracks.length * (Maps.track + Maps.row) + one.marks.length * Maps.row * 2 + 6;
    const sharp = devicePixelRatio || 1, pen = canvas.getContext("2d");
    canvas.width = Math.round(canvas.clientWidth * sharp);
    canvas.height = Math.round(high * sharp);
    canvas.style.height = `${high}px`;
    pen.scale(sharp, sharp);
    const style = getComputedStyle(canvas), [ink, soft, line, blue] = ["--ink", "--soft", "--line", "--blue"].map((name) => style.getPropertyValue(name));
    const x = (position) => left + ((position - from) / (to - from)) * wide, y = (position) => top + ((position - above) / (below - above)) * wide;
    const inside = (draw) => {
      pen.save();
      pen.beginPath();
      pen.rect(left, 0, wide, high);
      pen.clip();
      draw();
      pen.restore();
    };
    const write = (text, at, down, align, colour = soft) => {
      [pen.fillStyle, pen.textAlign] = [colour, align];
      pen.fillText(text, at, down);
    };
    pen.font = "11px system-ui, sans-serif";
    // The map: cells as they are, larger than a pixel with sharp edges.
    const cells = document.createElement("canvas");
    cells.width = cells.height = map.side;
    cells.getContext("2d").putImageData(picture(map.cells, map.side, this.told.colours), 0, 0);
    pen.imageSmoothingEnabled = (map.side * (to - from)) / length > wide * sharp;
    inside(() => {
      pen.beginPath();
      pen.rect(left, top, wide, wide);
      pen.clip();
      pen.drawImage(cells, x(0), y(0), x(length) - x(0), y(length) - y(0));
    });
    pen.strokeStyle = line;
    pen.strokeRect(left, top, wide, wide);
    for (const position of ticks(above, below, this.told.first, wide)) write(position + this.told.first, left - 5, y(position + 0.5) + 4, "right");
    let down = top + wide + 13;
    for (const position of ticks(from, to, this.told.first, wide)) write(position + this.told.first, x(position + 0.5), down, "center");
    down += 15;
    if (wide / (to - from) >= 7) for (let p = from; p < Math.min(to, length); p++) write(String(one.letters[p]).slice(0, 1), x(p + 0.5), down, "center", ink);
    else write(`${this.told.unit} (letters show once it is wide enough)`, left + wide / 2, down, "center");
    for (const [name, values] of tracks) {
      const known = values.filter((value) => value !== null && value === value), [low, most] = [Math.min(...known, 0), Math.max(...known)];
      write(`${name}: ${short(low)} to ${short(most)}`, left, (down += Maps.row), "left");
      inside(() => {
        pen.fillStyle = blue;
        const height = (value) => ((value - low) / (most - low || 1)) * (Maps.track - 4), zero = height(0);
        for (let p = from; p < Math.min(to, length); p++) {
          if (values[p] === null || values[p] !== values[p]) continue;
          const h = height(values[p]) - zero;
          pen.fillRect(x(p), down + Maps.track - zero - Math.max(h, 0), Math.max(wide / (to - from), 0.8), Math.max(Math.abs(h), 0.5));
        }
      });
      down += Maps.track;
    }
    for (const [name, stretches] of one.marks) {
      write(name, left, (down += Maps.row), "left");
      inside(() => {
        pen.fillStyle = ink;
        for (const [start, end] of stretches) pen.fillRect(x(start), down + 5, Math.max(x(end) - x(start), 1.5), 7);
      });
      down += Maps.row;
    }
    inside(() => {
      const rule = (position, dash, colour) => {
        pen.setLineDash(dash);
        pen.strokeStyle = colour;
        pen.strokeRect(x(position + 0.5), 0, 0, high);
        if (position >= above && position < below) pen.strokeRect(left, y(position + 0.5), wide, 0);
      };
      if (one.tss !== null) rule(one.tss, [2, 3], ink);
      if (this.brush) {
        pen.fillStyle = "#1f5fa833";
        pen.fillRect(x(this.brush[0]), 0, x(this.brush[1]) - x(this.brush[0]), high);
      }
      if (!this.at || this.at.some((position) => position >= length)) return;
      const [[q, qEnd], [k, kEnd]] = this.at.map((position) => block(Math.floor((position * map.side) / length), map.side, length));
      pen.setLineDash([]);
      pen.strokeStyle = blue;
      pen.strokeRect(x(k) - 1, y(q) - 1, x(kEnd) - x(k) + 2, y(qEnd) - y(q) + 2);
      pen.globalAlpha = 0.5;
      pen.strokeRect((x(k) + x(kEnd)) / 2, top + wide, 0, high);
    });
    canvas.setAttribute("aria-label", `${this.name(this.which)} in ${one.id}, ${map.side} × ${map.side} cells; position ${from + this.told.first} to ${to - 1 + this.told.first}`);
    output.textContent = `${this.resolution(map, length)} ${this.said(one, map)}`;
  }

  resolution({ side }, length) {
    const { unit } = this.told;
    return side === length ? `A cell a pair of ${unit}s.` : `A cell is the mean of about ${short(length / side)} × ${short(length / side)} ${unit}s.`;
  }

  /** The cell that is pointed at, in words. */
  said(one, map) {
    const length = one.letters.length, { causal, unit } = this.told;
    if (!this.at || this.at.some((position) => position >= length)) return "";
    const [row, column] = this.at.map((position) => Math.floor((position * map.side) / length));
    const ends = [row, column].map((cell) => block(cell, map.side, length));
    const [query, key] = ends.map(([start, end]) => {
      const told = (p) => `${one.letters[p]}${p + this.told.first}`;
      const away = one.tss === null ? "" : ` (TSS ${signed(start - one.tss)}${end - start > 1 ? ` to ${signed(end - 1 - one.tss)}` : ""})`;
      return `${unit} ${end - start > 1 ? `${told(start)} to ${told(end - 1)}` : told(start)}${away}`;
    });
    const level = map.cells[row * map.side + column], times = map.times[row * map.side + column];
    if (!level) return `Query ${query}, key ${key}: not seen.`;
    const value = times * (causal ? evenly(...ends[0], ...ends[1]) : one.even), least = level === 1 ? "at most " : "";
    return `Query ${query}, key ${key}: attention ${least}${short(value)}, ${least}${short(times)} × even.`;
  }
}

/** Positions of a cell: start, and end that is not in it. */
function block(cell, side, length) {
  return [Math.ceil((cell * length) / side), Math.ceil(((cell + 1) * length) / side)];
}

/** Even attention of a causal model, mean over the pairs of a cell: a query shares it among those up to itself. */
function evenly(query, queryEnd, key, keyEnd) {
  let sum = 0, pairs = 0;
  for (let q = query; q < queryEnd; q++) {
    const seen = Math.max(Math.min(keyEnd, q + 1) - key, 0);
    sum += seen / (q + 1);
    pairs += seen;
  }
  return sum / pairs;
}

/** Mean of each column of a map over even attention, at each position. */
function received({ side, times }, length) {
  const mean = Array.from({ length: side }, (_, column) => {
    let sum = 0, seen = 0;
    for (let row = 0; row < side; row++) {
      const value = times[row * side + column];
      if (value === value) [sum, seen] = [sum + value, seen + 1];
    }
    return sum / seen;
  });
  return Array.from({ length }, (_, position) => mean[Math.floor((position * side) / length)]);
}

function picture(cells, width, colours) {
  const image = new ImageData(width, cells.length / width);
  for (let k = 0; k < cells.length; k++) image.data.set([colours[3 * cells[k]], colours[3 * cells[k] + 1], colours[3 * cells[k] + 2], 255], 4 * k);
  return image;
}

function ticks(from, to, first, wide) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((one) => ((to - from) / one) * 42 <= wide) ?? 10000;
  const start = Math.ceil((from + first) / step) * step - first;
  return Array.from({ length: Math.max(Math.ceil((to - start) / step), 0) }, (_, k) => start + k * step);
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value)}`;
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

async function openMaps(place) {
  const told = JSON.parse(document.getElementById("maps-data").textContent);
  told.colours = bytes(told.colours);
  const images = told.shown.map(async ({ small, full }) => ({
    small: await inflated(small),
    full: Object.fromEntries(await Promise.all(Object.entries(full).map(async ([key, [side, text]]) => [key, [side, await inflated(text)]]))),
  }));
  place.view = new Maps(place, told, await Promise.all(images));
}

if (globalThis.DecompressionStream) {
  const place = document.getElementById("maps-view");
  place.classList.add("alive");
  whenSeen(place, () => openMaps(place));
}
