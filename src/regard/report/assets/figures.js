"use strict";
// Figures are kept as PNG, and as SVG where the page carries it; keys scroll those that are wider than the screen.

const INLINED = /^data:image\/(png|svg\+xml);base64,/;

class Picture {
  constructor(figure) {
    this.box = figure.querySelector(".picture");
    this.image = this.box.querySelector("img");
    this.packed = figure.dataset.svg;
    this.name = figure.dataset.file.split("/").at(-1).replace(/\.svg$/, "");
    this.isSvg = INLINED.exec(this.image.src)[1] !== "png";
    figure.querySelector("figcaption").append(this.tools());
    new ResizeObserver(() => this.reach()).observe(this.box);
  }

  tools() {
    const line = made("span", { class: "tools" });
    const button = (kind, save) => {
      const one = made("button", { type: "button", "aria-label": `Keep the figure ${this.name} as ${kind}` }, kind);
      one.addEventListener("click", save);
      line.append(one);
    };
    if (this.isSvg || this.packed) button("SVG", async () => keep(`${this.name}.svg`, new Blob([await this.svg()], { type: "image/svg+xml" })));
    button("PNG", async () => keep(`${this.name}.png`, await this.png()));
    return line;
  }

  get shown() {
    return bytes(this.image.src.replace(INLINED, ""));
  }

  /** As text: the picture itself, or what is packed with it. */
  async svg() {
    return new TextDecoder().decode(this.isSvg ? this.shown : await inflated(this.packed));
  }

  /** Drawn from the SVG; where the page carries none, the points that are shown, and no more of them. */
  async png() {
    return this.isSvg || this.packed ? drawn(await this.svg()) : new Blob([this.shown], { type: "image/png" });
  }

  /** A picture of which a part is out of sight is scrolled by keys too; others are no stop on the way of Tab. */
  reach() {
    const { box } = this, beyond = box.scrollWidth > box.clientWidth;
    for (const [name, value] of [["role", "region"], ["tabindex", 0], ["aria-label", `The figure ${this.name}, wider than the screen`]]) {
      if (beyond) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }
}

for (const figure of document.querySelectorAll("main figure[data-file]")) new Picture(figure);
