"use strict";
// A protein in space, drawn by 3Dmol: coloured by a score, sites marked, pairs as lines; by mouse, touch and keyboard.

class Space {
  static turn = 10; // degrees a key

  constructor(place, told) {
    this.told = told;
    this.stage = place.querySelector(".stage");
    this.words = place.querySelector("output");
    this.ends = ["low", "high"].map((name) => place.querySelector(`[data-end=${name}]`));
    this.ask = Object.fromEntries([...place.querySelectorAll("select, input")].map((one) => [one.name, one]));
    this.viewer = $3Dmol.createViewer(this.stage, { backgroundColor: "white", antialias: false, upscale: false, cartoonQuality: 5, hoverDuration: 60 });
    this.list(this.ask.protein, told.proteins.map((one) => one.id));
    this.ask.protein.parentElement.hidden = told.proteins.length < 2;
    this.ask.protein.addEventListener("change", () => this.open());
    this.ask.score.addEventListener("change", () => this.colour());
    for (const one of [this.ask.site, this.ask.pairs]) one.addEventListener("change", () => this.mark());
    this.ask.residue.addEventListener("input", () => this.look(Number(this.ask.residue.value)));
    place.querySelector("button[name=back]").addEventListener("click", () => this.back());
    place.querySelector("button[name=png]").addEventListener("click", () => this.save());
    this.stage.addEventListener("keydown", (event) => this.key(event));
    // The wheel scrolls the page unless the view was chosen.
    const free = (event) => document.activeElement !== this.stage && event.stopPropagation();
    this.stage.addEventListener("wheel", free, { capture: true });
    this.stage.addEventListener("pointerdown", () => this.stage.focus({ preventScroll: true }));
    this.open();
  }

  list(select, names) {
    select.replaceChildren(...names.map((name, value) => made("option", { value }, name)));
  }

  /** Draw the protein that is chosen. */
  open() {
    const one = (this.one = this.told.proteins[Number(this.ask.protein.value)]);
    this.list(this.ask.score, one.scores.map((score) => score.name));
    this.list(this.ask.site, ["all known sites", ...one.sites.map((site) => site.name), "nothing"]);
    this.list(this.ask.pairs, ["none", ...one.pairs.map((pairs) => pairs.name)]);
    this.ask.site.parentElement.hidden = !one.sites.length;
    this.ask.pairs.parentElement.hidden = !one.pairs.length;
    this.ask.residue.max = one.letters.length - 1;
    this.stage.setAttribute("aria-label", `${one.id} in space, ${one.chain}`);
    this.alpha = new Map(one.seen.map((residue, k) => [residue, point(one.backbone[k][1])]));
    this.viewer.clear();
    this.model = this.viewer.addModel();
    this.model.addAtoms(atoms(one));
    for (const beside of one.beside) {
      this.viewer.addModel().addAtoms(beside.trace.map((at, k) => atom("CA", at, k, `other ${beside.id}`, "c")));
    }
    this.model.setHoverable({}, true, (found) => this.look(found.resi - 1), () => {});
    this.looked = null;
    this.words.textContent = "";
    this.colour();
    this.back();
  }

  back() {
    this.viewer.setView([0, 0, 0, 0, ...this.one.turn]);
    this.viewer.zoomTo({ model: this.model });
    this.viewer.render();
  }

  async save() {
    this.viewer.render(); // what was drawn before may be gone
    keep(`${inFileName(`space ${this.one.id}`)}.png`, await asPng(this.viewer.getCanvas()));
  }

  colour() {
    const { values, low, high } = (this.score = this.one.scores[Number(this.ask.score.value)]);
    const shade = (value) => (value === null ? this.told.unknown : mixed(this.told.shades, (value - low) / (high - low)));
    this.viewer.setStyle({}, { cartoon: { style: "trace", color: "#c4c9d0", thickness: 0.25 } });
    this.model.setStyle({}, { cartoon: { colorfunc: (one) => shade(values[one.resi - 1]), thickness: 0.5 } });
    this.ends.forEach((end, k) => (end.textContent = short([low, high][k])));
    this.mark();
  }

  /** Balls at what is marked, lines between pairs, and a larger ball at the residue that is told of. */
  mark() {
    const { sites, pairs } = this.one, kind = Number(this.ask.site.value);
    const marked = new Set(sites.filter((site, k) => kind === 0 || kind === k + 1).flatMap((site) => site.at));
    this.viewer.removeAllShapes();
    this.shapes = 0;
    const ball = (residue, radius, color, alpha) => {
      const center = this.alpha.get(residue);
      if (!center) return;
      this.viewer.addSphere({ center, radius, color, alpha });
      this.shapes += 1;
    };
    for (const residue of marked) ball(residue, 0.9, "#d9730d", 1);
    if (this.looked !== null) ball(this.looked, 1.7, "#111111", 0.45);
    for (const [i, j, touch] of pairs[Number(this.ask.pairs.value) - 1]?.at ?? []) {
      const [start, end] = [this.alpha.get(i), this.alpha.get(j)];
      if (!start || !end) continue;
      this.viewer.addCylinder({ start, end, radius: 0.12, color: touch ? "#1f5fa8" : "#d9730d" });
      this.shapes += 1;
    }
    this.viewer.render();
    if (this.looked !== null) this.tell();
  }

  look(residue) {
    if (residue === this.looked) return;
    this.looked = residue;
    this.ask.residue.value = residue;
    this.mark();
  }

  /** What is known of the residue, as words for the eye and for a screen reader. */
  tell() {
    const { letters, numbers, sites, features, secondary } = this.one, at = this.looked;
    const value = this.score.values[at];
    const said = [`${letters[at]}${at + 1}`];
    if (numbers[at] && numbers[at] !== String(at + 1)) said.push(`${numbers[at]} in the structure`);
    if (!this.alpha.has(at)) said.push("not resolved");
    said.push(value === null ? `no ${this.score.name}` : `${this.score.name} ${short(value)}`);
    if (secondary[at] !== "-") said.push(secondary[at] === "H" ? "helix" : "strand");
    said.push(...sites.filter((site) => site.at.includes(at)).map((site) => site.name));
    said.push(...features.filter(([residues]) => residues.includes(at)).map(([, words]) => words));
    this.words.textContent = [...new Set(said)].join(", ");
    this.ask.residue.setAttribute("aria-valuetext", this.words.textContent);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (by) => {
      const last = this.one.letters.length - 1;
      this.look(Math.min(Math.max((this.looked ?? (by > 0 ? -1 : last + 1)) + by, 0), last));
    };
    const does = {
      ArrowLeft: () => this.viewer.rotate(-Space.turn, "y"),
      ArrowRight: () => this.viewer.rotate(Space.turn, "y"),
      ArrowUp: () => this.viewer.rotate(-Space.turn, "x"),
      ArrowDown: () => this.viewer.rotate(Space.turn, "x"),
      "+": () => this.viewer.zoom(1.15),
      "=": () => this.viewer.zoom(1.15),
      "-": () => this.viewer.zoom(1 / 1.15),
      PageDown: () => step(1),
      PageUp: () => step(-1),
      Home: () => this.back(),
    }[event.key];
    if (!does) return;
    does();
    this.viewer.render();
    event.preventDefault();
  }
}

function point([x, y, z]) {
  return { x, y, z };
}

function atom(name, at, residue, chain, ss) {
  return { ...point(at), atom: name, elem: name[0], resi: residue + 1, resn: "UNK", chain, ss, hetflag: false, bonds: [], bondOrder: [] };
}

/** The backbone as 3Dmol takes it; helices and strands are those of the report. */
function atoms(one) {
  const kinds = { H: "h", E: "s" };
  return one.seen.flatMap((residue, k) =>
    ["N", "CA", "C", "O"].map((name, part) => atom(name, one.backbone[k][part], residue, "A", kinds[one.secondary[residue]] ?? "c")),
  );
}

/** A colour between shades, 0 to 1 along them. */
function mixed(shades, share) {
  const at = Math.min(Math.max(share, 0), 1) * (shades.length - 1), k = Math.min(Math.floor(at), shades.length - 2);
  const parts = (shade) => [1, 3, 5].map((from) => parseInt(shade.slice(from, from + 2), 16));
  const [less, more] = [parts(shades[k]), parts(shades[k + 1])];
  return "#" + less.map((one, i) => Math.round(one + (more[i] - one) * (at - k)).toString(16).padStart(2, "0")).join("");
}

/** Whether this browser draws in space at all; if not, the pictures stay. */
function draws() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
}

if (draws()) {
  const place = document.getElementById("space");
  place.classList.add("alive"); // so that the stage has its size
  whenSeen(place, () => (place.view = new Space(place, JSON.parse(document.getElementById("space-data").textContent))));
}
