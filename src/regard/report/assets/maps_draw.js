"use strict";
// What maps.js shows: one map and tracks on a canvas, colours, and the arithmetic of cells that stand for several positions.

const MARGIN = { left: 46, right: 10, top: 6 };
const TRACK = 40, ROW = 15; // pixels: a track, and a line of text or of marks

/** A map with its axes, above what is known along the keys; `range` are the keys shown, `rows` the queries. */
function draw(canvas, one, map, { tracks, limits, sharp }, { told, range, rows, at, brush }) {
  const { left, right, top } = MARGIN, wide = canvas.clientWidth - left - right, length = one.letters.length;
  if (wide < 10) return; // not laid out yet
  const [from, to] = range, [above, below] = rows, { first, unit, colours } = told;
  const high = top + wide + 34 + tracks.length * (TRACK + ROW) + one.marks.length * ROW * 2 + 6;
  const pen = canvas.getContext("2d");
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
  cells.getContext("2d").putImageData(picture(map.cells, map.side, colours), 0, 0);
  pen.imageSmoothingEnabled = (map.side * (to - from)) / length > wide * sharp;
  inside(() => {
    pen.beginPath();
    pen.rect(left, top, wide, wide);
    pen.clip();
    pen.drawImage(cells, x(0), y(0), x(length) - x(0), y(length) - y(0));
  });
  pen.strokeStyle = line;
  pen.strokeRect(left, top, wide, wide);
  for (const position of ticks(above, below, first, wide)) write(position + first, left - 5, y(position + 0.5) + 4, "right");
  let down = top + wide + 13;
  for (const position of ticks(from, to, first, wide)) write(position + first, x(position + 0.5), down, "center");
  down += 15;
  if (wide / (to - from) >= 7) for (let p = from; p < Math.min(to, length); p++) write(String(one.letters[p]).slice(0, 1), x(p + 0.5), down, "center", ink);
  else write(`${unit} (letters show once it is wide enough)`, left + wide / 2, down, "center");
  for (const [name, values] of tracks) {
    const [low, most] = limits.get(name);
    write(`${name}: ${short(low)} to ${short(most)}`, left, (down += ROW), "left");
    inside(() => {
      pen.fillStyle = blue;
      const height = (value) => ((value - low) / (most - low || 1)) * (TRACK - 4), zero = height(0);
      for (let p = from; p < Math.min(to, length); p++) {
        if (values[p] === null || values[p] !== values[p]) continue;
        const h = height(values[p]) - zero;
        pen.fillRect(x(p), down + TRACK - zero - Math.max(h, 0), Math.max(wide / (to - from), 0.8), Math.max(Math.abs(h), 0.5));
      }
    });
    down += TRACK;
  }
  for (const [name, stretches] of one.marks) {
    write(name, left, (down += ROW), "left");
    inside(() => {
      pen.fillStyle = ink;
      for (const [start, end] of stretches) pen.fillRect(x(start), down + 5, Math.max(x(end) - x(start), 1.5), 7);
    });
    down += ROW;
  }
  inside(() => {
    const rule = (position, dash, colour) => {
      pen.setLineDash(dash);
      pen.strokeStyle = colour;
      pen.strokeRect(x(position + 0.5), 0, 0, high);
      if (position >= above && position < below) pen.strokeRect(left, y(position + 0.5), wide, 0);
    };
    if (one.tss !== null) rule(one.tss, [2, 3], ink);
    if (brush) {
      pen.fillStyle = "#1f5fa833";
      pen.fillRect(x(brush[0]), 0, x(brush[1]) - x(brush[0]), high);
    }
    if (!at || at.some((position) => position >= length)) return;
    const [[q, qEnd], [k, kEnd]] = at.map((position) => block(Math.floor((position * map.side) / length), map.side, length));
    pen.setLineDash([]);
    for (const [colour, width] of [["#fff", 4], [ink, 1.5]]) { // seen on any colour
      [pen.strokeStyle, pen.lineWidth] = [colour, width];
      pen.strokeRect(x(k) - 1, y(q) - 1, x(kEnd) - x(k) + 2, y(qEnd) - y(q) + 2);
    }
    [pen.strokeStyle, pen.lineWidth, pen.globalAlpha] = [blue, 1, 0.6];
    pen.strokeRect((x(k) + x(kEnd)) / 2, top + wide, 0, high);
  });
}

/** Canvases beside each other on white, under a title and a line of words each, above the bar of colours and its two ends. */
function together(title, canvases, words, { bar, ends }, sharp) {
  const gap = 16, line = 20, wide = canvases.map((one) => one.width / sharp), high = Math.max(...canvases.map((one) => one.height / sharp));
  const sheet = document.createElement("canvas"), pen = sheet.getContext("2d"), across = wide.reduce((sum, one) => sum + one + gap, gap);
  sheet.width = Math.round(across * sharp);
  sheet.height = Math.round((high + 4 * line) * sharp);
  pen.scale(sharp, sharp);
  [pen.fillStyle, pen.imageSmoothingEnabled] = ["#fff", false];
  pen.fillRect(0, 0, across, sheet.height);
  const write = (text, style, x, y, most) => {
    [pen.fillStyle, pen.font] = ["#1d2129", `${style}12px system-ui, sans-serif`];
    pen.fillText(text, x, y, most);
  };
  write(title, "bold ", gap, line, across - 2 * gap);
  let x = gap;
  canvases.forEach((canvas, k) => {
    write(words[k], "", x, 2 * line, wide[k]);
    pen.drawImage(canvas, x, 2.5 * line, wide[k], canvas.height / sharp);
    x += wide[k] + gap;
  });
  const y = high + 3.6 * line, third = (across - 4 * gap) / 3;
  pen.drawImage(bar, 2 * gap + third, y - 10, third, 11);
  write(ends[1], "", 3 * gap + 2 * third, y, third);
  pen.textAlign = "right";
  write(ends[0], "", gap + third, y, third);
  return sheet;
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

/** The least, 0 if none is below it, and the most of all tracks of a name, so that sequences side by side have one scale. */
function limitsOf(tracks) {
  const limits = new Map();
  for (const [name, values] of tracks) {
    const known = values.filter((value) => value !== null && value === value), [low, most] = limits.get(name) ?? [0, 0];
    limits.set(name, [Math.min(low, ...known), Math.max(most, ...known)]);
  }
  return limits;
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
