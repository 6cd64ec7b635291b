"use strict";
// Maps of attention heads: one is chosen from small ones, pointed into, and laid along one axis with what is known.

class Maps {
  constructor(place, told, images) {
    this.told = told;
    this.count = told.layers * told.heads; // means of layers and of all are numbered after the heads
    this.shown = told.shown.map((one, k) => ({ ...one, ...images[k], known: new Map() }));
    this.times = Float64Array.from({ length: 256 }, (_, level) => (level ? 2 ** ((level - 1) / told.steps + told.low) : NaN));
    this.ask = Object.fromEntries([...place.querySelectorAll("select, input, button[name]")].map((one) => [one.name, one]));
    this.heads = place.querySelector(".heads");
    this.title = place.querySelector(".title");
    this.panels = place.querySelector(".panels");
    this.scale = place.querySelector(".scale");
    this.about = place.querySelector(".about");
    this.which = told.start ?? this.count + told.layers;
    this.at = null; // query and key, 0-based
    const options = () => this.shown.map((one, value) => made("option", { value }, one.id));
    this.ask.one.replaceChildren(...options());
    this.ask.other.replaceChildren(made("option", { value: -1 }, "nothing"), ...options());
    if (told.beside) this.ask.other.value = 1;
    this.ask.other.parentElement.hidden = this.shown.length < 2;
    for (const select of [this.ask.one, this.ask.other]) select.addEventListener("change", () => this.open());
    for (const end of [this.ask.from, this.ask.to]) end.addEventListener("change", () => this.zoom(...this.typed()));
    this.readings = READINGS.filter((one) => (one.causal ?? told.causal) === told.causal);
    this.ask.reading.replaceChildren(...this.readings.map((one, value) => made("option", { value }, one.name)));
    this.ask.reading.addEventListener("change", () => this.choose(this.which));
    this.ask.png.addEventListener("click", () => this.save());
    this.ask.queries.addEventListener("change", () => this.draw());
    this.ask.whole.addEventListener("click", () => this.zoom(0, this.longest));
    this.list();
    this.bar();
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

  /** The map that is shown, what the page says of its head, and how it is read. */
  get called() {
    const { named } = this.told, said = [this.name(this.which), named[this.which]].filter(Boolean).join(": ");
    return this.reading === this.readings[0] ? said : `${said}; ${this.reading.name}`;
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

  bar() {
    const { low, steps, coloured } = this.told, bar = this.scale.querySelector("canvas"), context = bar.getContext("2d");
    const [start, end] = [-coloured, coloured].map((power) => (power - low) * steps + 1);
    bar.width = end - start + 1;
    context.putImageData(picture(Uint8Array.from({ length: bar.width }, (_, k) => Math.min(start + k, 255)), bar.width, this.told.colours), 0, 0);
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
    this.read();
    this.zoom(0, this.longest);
    this.choose(this.which);
  }

  /** The map that is chosen, of each sequence: as it is, and as it is read. */
  read() {
    this.reading = this.readings[Number(this.ask.reading.value)];
    const maps = this.opened.map((one) => ({ map: this.map(one, this.which), length: one.letters.length }));
    const { ends, maps: seen } = read(this.reading, maps, this.told);
    this.seen = seen.map((each, k) => ({ ...each, map: maps[k].map }));
    this.ends = ends;
    this.scale.querySelectorAll("span").forEach((end, k) => (end.textContent = ends[k]));
    const { about } = this.reading, least = `1/${2 ** -this.told.low} × even`;
    const from = `Computed on this page from the 8-bit values, in which what is less than ${least} counts as that.`;
    this.about.textContent = about ? `The large map now: ${about}. ${from}` : "";
  }

  panel(one) {
    const panel = made("div", { class: "panel" }), canvas = made("canvas", { tabindex: 0, role: "application", class: "on-paper" });
    panel.append(made("p", {}, titleOf(one)), made("output", { "aria-live": "polite" }), canvas);
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
    this.read();
    this.title.textContent = this.called;
    this.draw();
  }

  /** Cells of a map, and what it is over even attention; the finest that is here, or `small`. Means are made of small maps. */
  map(one, number, small = false) {
    const key = `${number} ${small && number in one.full}`;
    if (!one.known.has(key)) one.known.set(key, number in one.full && !small ? this.ofLevels(...one.full[number]) : this.ofSmall(one, number));
    return one.known.get(key);
  }

  ofSmall(one, number) {
    const { layers, heads } = this.told, { side, small } = one, area = side * side;
    if (number < this.count) return this.ofLevels(side, small.subarray(number * area, (number + 1) * area));
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

  ofLevels(side, cells) {
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
    const box = canvas.getBoundingClientRect(), { left, right, top } = MARGIN, wide = box.width - left - right;
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

  draw(sharp = devicePixelRatio || 1) {
    const drawn = this.opened.map((one, k) => {
      const map = this.seen[k], own = ["received, this map", received(map.map, one.letters.length)];
      return { one, map, tracks: [own, ...one.tracks] };
    });
    const limits = limitsOf(drawn.flatMap(({ tracks }) => tracks)), [from, to] = this.range.map((end) => end + this.told.first);
    drawn.forEach(({ one, map, tracks }, k) => {
      const [, output, canvas] = this.panels.children[k].children;
      draw(canvas, one, map, { tracks, limits, sharp }, this);
      canvas.setAttribute("aria-label", `${this.called} in ${one.id}, ${map.side} × ${map.side} cells; position ${from} to ${to - 1}`);
      output.textContent = `${this.resolution(map, one.letters.length)} ${this.said(one, map)}`;
    });
  }

  resolution({ side }, length) {
    const { unit } = this.told;
    return side === length ? `A cell a pair of ${unit}s.` : `A cell is the mean of about ${short(length / side)} × ${short(length / side)} ${unit}s.`;
  }

  /** The maps that are shown, and what is along them, on one sheet. */
  async save() {
    const sharp = 2, words = this.opened.map(titleOf), canvases = [...this.panels.querySelectorAll("canvas")];
    this.draw(sharp);
    const sheet = together(this.called, canvases, words, { bar: this.scale.querySelector("canvas"), ends: this.ends }, sharp);
    this.draw();
    keep(`${inFileName(["map", this.name(this.which), this.reading.name, this.opened[0].id].join(" "))}.png`, await asPng(sheet));
  }

  /** The cell that is pointed at, in words. */
  said(one, { map, values }) {
    const length = one.letters.length, { causal, unit } = this.told;
    if (!this.at || this.at.some((position) => position >= length)) return "";
    const [row, column] = this.at.map((position) => Math.floor((position * map.side) / length));
    const ends = [row, column].map((cell) => block(cell, map.side, length));
    const [query, key] = ends.map(([start, end]) => {
      const told = (p) => `${one.letters[p]}${p + this.told.first}`;
      const away = one.tss === null ? "" : ` (TSS ${signed(start - one.tss)}${end - start > 1 ? ` to ${signed(end - 1 - one.tss)}` : ""})`;
      return `${unit} ${end - start > 1 ? `${told(start)} to ${told(end - 1)}` : told(start)}${away}`;
    });
    const cell = row * map.side + column, level = map.cells[cell], times = map.times[cell], { says } = this.reading;
    if (!level) return `Query ${query}, key ${key}: not seen.`;
    const value = times * (causal ? evenly(...ends[0], ...ends[1]) : one.even), least = level === 1 ? "at most " : "";
    const asRead = says && values[cell] === values[cell] ? `; ${says(values[cell], one.even, 2 ** this.told.low)}` : "";
    return `Query ${query}, key ${key}: attention ${least}${short(value)}, ${least}${short(times)} × even${asRead}.`;
  }
}

function titleOf(one) {
  return [one.id, one.about].filter(Boolean).join(", ");
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
