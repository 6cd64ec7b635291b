"use strict";
// How a map is read: as it is, or by a reduction that `regard methods` names, computed here from the 8-bit values of the page.

// causal: only of models that look back, or only of those that look both ways. of: values of the cells of a map.
// share: where a value lies in the colours, -1 to 1. ends: what these are, where not doublings of even attention. says, about: in words.
const READINGS = [
  { name: "as it is", of: ({ times }) => times, share: inDoublings },
  {
    name: "symmetrised", causal: false, of: symmetrised, share: inDoublings,
    says: (value, even, least) => {
      const most = value > least ? "" : "at most ";
      return `mean of both directions ${most}${short(value * even)}, ${most}${short(value)} × even`;
    },
    about: "the mean of both directions (“symmetrise” in regard methods)",
  },
  {
    name: "APC", causal: false, signed: true, of: corrected, share: (value, { full }) => value / full,
    ends: (full) => [`−${short(full)} × even and less`, `${short(full)} × even and more`],
    says: (value, even) => `after APC ${short(value * even)}, ${short(value)} × even`,
    about: "the mean of both directions, less the product of the means of its row and column over the mean of all (“symmetrise | apc” in regard methods; " +
      "Dunn et al. 2008). White is 0; of a small difference not even the sign is sure",
  },
  {
    name: "rank within the map", causal: true, of: ranked, share: (value) => 2 * value - 1, ends: () => ["the least of the map", "the most of the map"],
    says: (value) => `rank ${short(value)} within the map`,
    about: "the share of the cells seen that are lower, and half of those as high: 0 is the least, 1 the most. White is the middle one",
  },
];

function inDoublings(value, { coloured }) {
  return Math.log2(value) / coloured;
}

function symmetrised({ side, times }) {
  return times.map((value, k) => (value + times[(k % side) * side + Math.floor(k / side)]) / 2);
}

/** Sums are over positions, of which a cell may hold more than one; so each cell is the mean of the corrected pairs in it. */
function corrected(map, length) {
  const { side } = map, both = symmetrised(map), sums = new Float64Array(side);
  const held = Array.from(sums, (_, cell) => block(cell, side, length)).map(([start, end]) => end - start);
  both.forEach((value, k) => {
    if (value === value) sums[Math.floor(k / side)] += value * held[k % side];
  });
  const total = sums.reduce((sum, one, row) => sum + one * held[row], 0);
  return both.map((value, k) => value - (sums[Math.floor(k / side)] * sums[k % side]) / total);
}

function ranked({ cells }) {
  const count = new Float64Array(256), rank = new Float64Array(256).fill(NaN);
  for (const level of cells) count[level] += 1;
  const seen = cells.length - count[0];
  let below = 0;
  for (let level = 1; level < 256; level++) {
    rank[level] = (below + count[level] / 2) / seen;
    below += count[level];
  }
  return Float64Array.from(cells, (level) => rank[level]);
}

/** The 99th percentile of how far values are from 0: what full colour stands for where they have a sign. */
function reach(values) {
  const off = values.filter((value) => value === value).map(Math.abs).sort();
  return off[Math.floor(0.99 * (off.length - 1))] || 1;
}

/** Maps as they are read, on one scale: their values, and levels whose colours show these. */
function read(reading, maps, { low, steps, coloured }) {
  const values = maps.map(({ map, length }) => reading.of(map, length));
  const scale = { coloured, full: reading.signed ? Math.max(...values.map(reach)) : NaN }, even = 1 - low * steps;
  const level = (value) => (value === value ? even + Math.round(coloured * steps * Math.min(Math.max(reading.share(value, scale), -1), 1)) : 0);
  const ends = reading.ends?.(scale.full) ?? [`at most 1/${2 ** coloured} × even`, `${2 ** coloured} × even and more`];
  return { ends, maps: values.map((each, k) => ({ side: maps[k].map.side, values: each, cells: Uint8Array.from(each, level) })) };
}
