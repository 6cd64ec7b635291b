"use strict";
// The network of the strongest edges, redrawn with the table of edges below it: one slider and one search for both.

class Network {
  constructor(place, told) {
    this.told = told;
    this.picture = place.querySelector("svg");
    this.slider = place.querySelector("input[type=range]");
    this.count = place.querySelector("input[type=number]");
    this.least = place.querySelector("output");
    this.search = place.querySelector("input[type=search]");
    this.table = tables.get(document.getElementById(place.dataset.table));
    this.draw();
    this.slider.addEventListener("input", () => this.show(this.edgesAt(Number(this.slider.value))));
    this.count.addEventListener("change", () => this.show(Number(this.count.value)));
    this.table.element.addEventListener("selected", () => this.mark());
    for (const button of place.querySelectorAll("button[data-kind]")) {
      button.addEventListener("click", () => this.save(button.dataset.kind));
    }
    addEventListener("resize", () => this.fit());
    place.hidden = false;
    this.show(told.shown);
  }

  // The slider goes by the logarithm: ten edges more count for much among ten, and for little among a thousand.
  edgesAt(value) {
    return Math.round(this.told.edges.length ** (value / this.slider.max));
  }

  svg(name, attributes = {}) {
    const element = document.createElementNS(this.picture.namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  titled(element, text) {
    const title = this.svg("title");
    title.textContent = text;
    element.append(title);
    return element;
  }

  draw() {
    const { genes, edges } = this.told;
    this.lines = edges.map(([regulator, target, score, sign, known], rank) => {
      if (!genes[regulator].at || !genes[target].at) return null;
      const kind = known === null ? "" : known ? "known" : "unknown";
      const words = [`${genes[regulator].name} → ${genes[target].name}`, `score ${score}`, `place ${rank + 1}`];
      if (sign) words.push(sign > 0 ? "activates" : "represses");
      if (known !== null) words.push(known ? "known" : "not known");
      return this.titled(this.svg("path", { class: kind }), words.join(", "));
    });
    this.nodes = genes.map((gene) => {
      if (!gene.at) return null;
      const node = this.titled(this.svg("circle", { cx: gene.at[0], cy: gene.at[1] }), gene.name);
      node.addEventListener("click", () => {
        this.search.value = this.search.value === gene.name ? "" : gene.name;
        this.search.dispatchEvent(new Event("input"));
      });
      return node;
    });
    this.labels = genes.map((gene) => {
      if (!gene.at) return null;
      const label = this.svg("text", { x: gene.at[0] });
      label.textContent = gene.name.length > 20 ? `${gene.name.slice(0, 19)}…` : gene.name;
      return label;
    });
    this.picture.append(...this.lines.filter(Boolean), ...this.nodes.filter(Boolean), ...this.labels.filter(Boolean));
  }

  /** So many of the strongest edges, and the genes that they join. */
  show(count) {
    const { genes, edges } = this.told;
    this.shown = Math.min(Math.max(1, Math.round(count) || 1), edges.length);
    this.slider.value = edges.length > 1 ? (Math.log(this.shown) / Math.log(edges.length)) * this.slider.max : this.slider.max;
    this.count.value = this.shown;
    this.least.textContent = `score ${edges[this.shown - 1][2]} or more`;
    this.slider.setAttribute("aria-valuetext", `${this.shown} edges, ${this.least.textContent}`);
    this.given = genes.map(() => 0);
    this.there = genes.map(() => false);
    edges.slice(0, this.shown).forEach(([regulator, target]) => {
      this.given[regulator] += 1;
      this.there[regulator] = this.there[target] = true;
    });
    this.nodes.forEach((node, i) => {
      if (!node) return;
      node.toggleAttribute("hidden", !this.there[i]);
      this.labels[i].toggleAttribute("hidden", !this.there[i]);
    });
    this.fit();
    this.table.limit(this.shown); // which tells of its rows, and so marks edges here
  }

  /** The picture's frame about what is shown; letters keep their size on the screen. */
  fit() {
    const at = this.told.genes.filter((gene, i) => gene.at && this.there[i]).map((gene) => gene.at);
    const ends = (axis) => [Math.min(...at.map((one) => one[axis])), Math.max(...at.map((one) => one[axis]))];
    const [left, right] = ends(0), [top, bottom] = ends(1);
    const room = 70, width = right - left + 2 * room, height = bottom - top + 2 * room;
    this.picture.setAttribute("viewBox", [left - room, top - room, width, height].join(" "));
    const { clientWidth, clientHeight } = this.picture;
    const unit = clientWidth ? Math.max(width / clientWidth, height / clientHeight) : 1; // drawing units a pixel
    this.picture.setAttribute("font-size", Math.min(12 * unit, 26));
    const size = Math.min(unit, 2);
    this.radius = this.given.map((given) => (5 + 1.6 * Math.sqrt(given)) * size);
    this.nodes.forEach((node, i) => {
      node?.setAttribute("r", this.radius[i]);
      this.labels[i]?.setAttribute("y", this.told.genes[i].at[1] - this.radius[i] - 4 * size);
    });
    const faint = Math.max(0.2, Math.min(1, 9 / Math.sqrt(this.shown))); // of many edges single ones would hide the rest
    this.lines.forEach((line, rank) => {
      if (!line || rank >= this.shown) return;
      line.setAttribute("d", this.curve(this.told.edges[rank], size));
      line.setAttribute("vector-effect", "non-scaling-stroke");
      line.setAttribute("stroke-opacity", line.matches(".known") ? 1 : faint);
    });
  }

  /** A bent line from regulator to target, an arrow at its end, or a bar where it represses. */
  curve([regulator, target, , sign], size) {
    const [x, y] = this.told.genes[regulator].at, [u, v] = this.told.genes[target].at;
    const length = Math.hypot(u - x, v - y) || 1;
    const [dx, dy] = [(u - x) / length, (v - y) / length];
    const bend = 0.1 * length, [cx, cy] = [(x + u) / 2 - bend * dy, (y + v) / 2 + bend * dx];
    const last = Math.hypot(u - cx, v - cy) || 1, [ex, ey] = [(u - cx) / last, (v - cy) / last]; // its way at the end
    const stop = this.radius[target] + 2 * size, [px, py] = [u - stop * ex, v - stop * ey];
    const put = (back, side) => `${(px - back * ex - side * ey).toFixed(1)} ${(py - back * ey + side * ex).toFixed(1)}`;
    const head = (sign < 0 ? [put(0, 5 * size), put(0, -5 * size)] : [put(8 * size, 4 * size), put(0, 0), put(8 * size, -4 * size)]);
    return `M${x} ${y}Q${cx.toFixed(1)} ${cy.toFixed(1)} ${put(0, 0)}M${head.join("L")}`;
  }

  /** Edges of the rows that the table shows; while something is searched, the others are dim. */
  mark() {
    const wanted = this.search.value.trim().toLowerCase();
    const matches = new Set(this.table.shown().map((one) => one.place));
    const near = new Set();
    this.lines.forEach((line, rank) => {
      if (!line) return;
      line.toggleAttribute("hidden", rank >= this.shown);
      line.classList.toggle("dim", !matches.has(rank));
      if (matches.has(rank)) for (const gene of this.told.edges[rank].slice(0, 2)) near.add(gene);
    });
    this.nodes.forEach((node, i) => {
      if (!node) return;
      node.classList.toggle("dim", !near.has(i));
      this.labels[i].classList.toggle("dim", !near.has(i));
      node.classList.toggle("found", this.told.genes[i].name.toLowerCase() === wanted);
    });
    const words = `${matches.size} edges${wanted ? ` with ${this.search.value.trim()}` : ""}, ${this.told.method}`;
    this.picture.setAttribute("aria-label", `Network of ${words}`);
  }

  /** The picture by itself, as on white paper: what style sheets say stands in its elements. */
  async save(kind) {
    this.picture.classList.add("on-paper");
    const copy = this.picture.cloneNode(true), [from, to] = [this.picture, copy].map((one) => [...one.querySelectorAll("*")]);
    from.forEach((element, i) => {
      if (element.hasAttribute("hidden")) return to[i].remove();
      const style = getComputedStyle(element);
      for (const name of ["fill", "stroke", "stroke-width", "opacity", "text-anchor", "paint-order", "font-family"]) {
        to[i].setAttribute(name, style.getPropertyValue(name));
      }
    });
    this.picture.classList.remove("on-paper");
    const [left, top, width, height] = this.picture.getAttribute("viewBox").split(" ").map(Number);
    const scale = 1200 / width;
    copy.removeAttribute("class");
    copy.setAttribute("width", 1200);
    copy.setAttribute("height", Math.round(height * scale));
    copy.prepend(this.svg("rect", { x: left, y: top, width, height, fill: "#fff" }));
    const text = new XMLSerializer().serializeToString(copy), name = `network.${this.told.method}`;
    if (kind === "svg") return keep(`${name}.svg`, new Blob([text], { type: "image/svg+xml" }));
    keep(`${name}.png`, await drawn(text));
  }
}

const place = document.getElementById("network");
if (place) new Network(place, JSON.parse(document.getElementById("network-data").textContent));
