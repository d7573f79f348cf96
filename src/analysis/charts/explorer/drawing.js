// The map, its key and the ranking.
let printing = false;
const theme = () => data.themes[root.dataset.theme === "dark" && !printing ? "dark" : "light"];
const ruler = document.createElement("canvas").getContext("2d");
function width(text, size, weight = 400) {
  ruler.font = `${weight} ${size}px ${FAMILY}`;
  return ruler.measureText(text).width;
}
function lines(text, size, most, weight = 400) {
  const made = [""];
  for (const word of text.split(/(?<=\s)/)) {
    if (made.at(-1) && width(made.at(-1) + word.trimEnd(), size, weight) > most) made.push("");
    made[made.length - 1] += word;
  }
  return made;
}
const ranked = () => view.set.rows.filter((row) => !apart(row) && shown(row) !== null).sort((a, b) => d3.descending(shown(a), shown(b)) || d3.ascending(a.place, b.place));
const code = (row) => row.iso3 || row.place;

/** Limits of at most five classes with both ends, as charts/classes.py chooses them: round numbers, classes as even as can be. */
function limits(values) {
  const low = d3.min(values), high = d3.max(values), classes = 5, round = (value) => +value.toFixed(12);
  if (low === high) return [low, high];
  let best = null, most = -1;
  const consider = (edges) => {
    const counts = d3.rollup(values, (found) => found.length / values.length, (value) => d3.bisectRight(edges, value, 1, edges.length - 1));
    const evenness = +(-d3.sum(counts.values(), (part) => part * Math.log(part))).toFixed(9);
    if (evenness > most) [best, most] = [edges, evenness];
  };
  if (low > 0) {
    const powers = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
    for (const steps of [[1, 2, 5], [1, 3], [1]]) {
      const marks = powers.flatMap((power) => steps.map((step) => round(step * 10 ** power)));
      const below = d3.max(marks.filter((mark) => mark <= low)) ?? low, above = d3.min(marks.filter((mark) => mark >= high)) ?? high;
      const between = marks.filter((mark) => mark > low && mark < high);
      for (let count = 0; count < Math.min(classes, between.length + 1); count++)
        for (let start = 0; start <= between.length - count; start++) consider([below, ...between.slice(start, start + count), above]);
    }
  }
  const magnitude = 10 ** Math.floor(Math.log10((high - low) / classes));
  for (const step of [1, 2, 2.5, 5, 10]) {
    const first = Math.floor(low / (step * magnitude)), last = Math.ceil(high / (step * magnitude));
    if (last - first <= classes) consider(d3.range(first, last + 1).map((n) => round(n * step * magnitude)));
  }
  return best;
}

/** Draws the map into a group, so wide; returns its height. */
function drawMap(group, wide, colours, id) {
  const scale = wide / UNITS, rows = ranked().filter((row) => row.iso3 in data.dots);
  const known = new Map(rows.map((row) => [row.iso3, row]));
  const coloured = column() === "rate" || kind() !== "count";
  const edges = coloured && rows.length ? limits(rows.map(shown)) : [], inside = edges.slice(1, -1);
  const ramp = colours.ramps[inside.length + 1];
  const colour = (row) => (coloured ? ramp[d3.bisectRight(inside, shown(row))] : colours.grid);
  // One hatch for the map, whose units are its own, one for the key.
  const pattern = group.selectAll("pattern").data([[id, 1 / scale], [keyHatch(id), 1]]).join((enter) => {
    const made = enter.append("defs").append("pattern").attr("patternUnits", "userSpaceOnUse").attr("width", 6).attr("height", 6);
    made.append("rect").attr("width", 6).attr("height", 6);
    made.append("path").attr("d", "M-1,1l2,-2M0,6l6,-6M5,7l2,-2").attr("stroke-width", 0.9);
    return made;
  }).attr("id", ([name]) => name).attr("patternTransform", ([, size]) => `scale(${size})`);
  pattern.select("rect").attr("fill", colours.land);
  pattern.select("path").attr("stroke", colours.hatch);
  const land = group.selectAll("g.land").data([0]).join("g").attr("class", "land").attr("transform", `scale(${scale})`).attr("stroke", colours.outline).attr("stroke-width", 0.5 / scale).attr("stroke-linejoin", "round");
  land.selectAll("path").data(Object.keys(data.shapes), (d) => d).join((enter) => enter.append("path").attr("d", (d) => data.shapes[d]).attr("data-place", (d) => d || null))
    .each(function (d) {
      const fill = known.has(d) ? colour(known.get(d)) : `url(#${id})`;
      if (this.getAttribute("fill") !== fill) this.setAttribute("fill", fill);
    });
  const most = d3.max(rows, shown) || 1, size = d3.scaleSqrt([0, most], [0, 0.045 * wide]);
  const dots = coloured ? rows.filter((row) => data.dots[row.iso3][2]) : rows;
  group.selectAll("g.dots").data([0]).join("g").attr("class", "dots").selectAll("circle").data(dots, code).join("circle")
    .attr("data-place", (row) => row.iso3).attr("cx", (row) => data.dots[row.iso3][0] * scale).attr("cy", (row) => data.dots[row.iso3][1] * scale)
    .attr("r", (row) => (coloured ? 3.5 : Math.max(2, size(shown(row))))).attr("fill", coloured ? colour : colours.accent)
    .attr("fill-opacity", coloured ? 1 : 0.7).attr("stroke", coloured ? colours.text : colours.paper).attr("stroke-width", 0.8);
  return HEIGHT * scale + drawKey(group, wide, HEIGHT * scale + 6, colours, id, { rows, edges, ramp, coloured, size, most });
}

/** The key below a map; returns its height. */
function drawKey(group, wide, top, colours, id, { rows, edges, ramp, coloured, size, most }) {
  const key = group.selectAll("g.key").data([0]).join("g").attr("class", "key").attr("transform", `translate(0,${top})`).attr("font-size", TEXT - 1).attr("fill", colours.text);
  key.selectAll("*").remove();
  let x = 0, y = 0;
  const box = (fill, text) => {
    const need = 22 + 6 + width(text, TEXT - 1) + 16;
    if (x + need > wide && x > 0) { x = 0; y += 22; }
    key.append("rect").attr("x", x).attr("y", y + 2).attr("width", 22).attr("height", 14).attr("fill", fill).attr("stroke", colours.outline).attr("stroke-width", 0.6);
    key.append("text").attr("x", x + 28).attr("y", y + 14).text(text);
    x += need;
  };
  if (coloured && rows.length) {
    ramp.forEach((fill, n) => box(fill, span(edges[n], edges[n + 1])));
  } else if (rows.length) {
    // The largest round number whose circle has room here, and a tenth of it: as large as on the map.
    const rounds = d3.range(Math.floor(Math.log10(most)), -1, -1).flatMap((power) => [5, 2, 1].map((step) => step * 10 ** power));
    const first = rounds.find((value) => value <= most && size(value) <= 1.5 * TEXT) ?? 1;
    y = Math.max(0, size(first) - 9);
    for (const value of [first, first / 10].filter((each) => each >= 1)) {
      const r = Math.max(2, size(value));
      key.append("circle").attr("cx", x + r).attr("cy", y + 9).attr("r", r).attr("fill", colours.accent).attr("fill-opacity", 0.7);
      key.append("text").attr("x", x + 2 * r + 6).attr("y", y + 14).text(number(value));
      x += 2 * r + 6 + width(number(value), TEXT - 1) + 18;
    }
  }
  if (missing()) box(`url(#${keyHatch(id)})`, say("missing_key", { n: missing() }));
  return y + (coloured || !rows.length ? 28 : 36);
}
const keyHatch = (id) => id + "-key";
const missing = () => { const known = new Set(ranked().map(code)); return codes.filter((one) => !known.has(one)).length; };

/** Draws the ranking into a group, so wide; returns its height. */
function drawRanking(group, wide, colours) {
  const rows = ranked(), line = 26, top = 22;
  const names = rows.map(placeName), values = rows.map((row) => written(shown(row)));
  const left = Math.min(0.42 * wide, d3.max(names, (text) => width(text, TEXT)) + 12), right = d3.max(values, (text) => width(text, TEXT, 600)) + 12;
  const x = d3.scaleLinear([0, d3.max(rows, (row) => d3.max([high(row), shown(row)])) || 1], [left + 6, wide - right - 6]);
  const height = top + line * rows.length + 6;
  const ticks = x.ticks(Math.max(2, Math.floor((wide - left - right) / 90)));
  const axis = group.selectAll("g.axis").data([0]).join("g").attr("class", "axis").attr("font-size", TEXT - 2).attr("fill", colours.muted).attr("text-anchor", "middle");
  axis.selectAll("line").data(ticks).join("line").attr("x1", x).attr("x2", x).attr("y1", top - 4).attr("y2", height - 6).attr("stroke", colours.grid);
  axis.selectAll("text").data(ticks).join("text").attr("x", x).attr("y", top - 9).text((value) => short(value));
  const each = group.selectAll("g.row").data(rows, code).join((enter) => {
    const made = enter.append("g").attr("class", "row");
    made.append("rect").attr("class", "ground").attr("rx", 3);
    made.append("text").attr("class", "name");
    made.append("line").attr("class", "interval").attr("stroke-linecap", "round").attr("stroke-width", 5).attr("stroke-opacity", 0.38);
    made.append("circle").attr("r", 4.5);
    made.append("text").attr("class", "value").attr("text-anchor", "end").attr("font-weight", 600);
    return made;
  }).attr("data-place", code).attr("transform", (row, n) => `translate(0,${top + line * n})`).attr("font-size", TEXT);
  each.select(".ground").attr("width", wide).attr("height", line).attr("fill", colours.grid).attr("fill-opacity", (row) => (code(row) === view.place ? 0.6 : 0));
  each.select(".name").attr("x", left - 6).attr("y", 18).attr("text-anchor", "end").attr("fill", colours.text).text((row) => cut(placeName(row), left - 10));
  each.select(".interval").attr("x1", (row) => x(low(row) ?? shown(row))).attr("x2", (row) => x(high(row) ?? shown(row))).attr("y1", 13).attr("y2", 13).attr("stroke", colours.accent);
  each.select("circle").attr("cx", (row) => x(shown(row))).attr("cy", 13).attr("fill", (row) => (code(row) === view.place ? colours.second : colours.accent));
  each.select(".value").attr("x", wide - 4).attr("y", 18).attr("fill", colours.text).text((row) => written(shown(row)));
  return height;
}
const compact = (value) => intl("NumberFormat", { notation: value >= 1e5 ? "compact" : "standard", maximumSignificantDigits: 3 }).format(value);
const short = (value) => (kind() === "share" && view.show !== "rate" ? number(value) : compact(value));
const cut = (text, most) => {
  if (width(text, TEXT) <= most) return text;
  let end = text.length;
  while (end > 1 && width(text.slice(0, end) + "…", TEXT) > most) end -= 1;
  return text.slice(0, end) + "…";
};

function drawInto(id, drawing) {
  const group = d3.select(byId(id)).selectAll("g.all").data([0]).join("g").attr("class", "all");
  byId(id).setAttribute("viewBox", `0 0 ${wide[id]} ${Math.ceil(drawing(group, wide[id], theme(), "hatch"))}`);
}
