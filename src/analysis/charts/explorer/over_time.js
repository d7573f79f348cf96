// A series over time: one of its measures, and a place or all of them.
const several = (one) => new Set(one.lines.map((line) => line.source)).size > 1;
const lineId = (line) => [line.measure, line.source].join(".");
const lineName = (line) => [line.label[view.lang], ...(several(view.series) ? [line.source] : [])].join(" · ");
const spotName = (spot) => (!spot.place ? say("all_together") : spot.iso3 ? nameOf(spot.iso3) : spot.place);
const moment = (period) => new Date(period.length === 4 ? period + "-01-01" : period);
const after = (period) => (period.length === 4 ? d3.utcYear : d3.utcMonth).offset(moment(period));
const inWords = (period) => intl("DateTimeFormat", { timeZone: "UTC", year: "numeric", ...(period.length > 4 ? { month: "long" } : {}) }).format(moment(period));
const textIn = (lang, text) => Object.assign(document.createElement("span"), { lang, textContent: text });

function tellLine() {
  const { values } = view.spot, { periods } = view.line, known = d3.range(values.length).filter((n) => values[n] !== null);
  const name = lineName(view.line);
  byId("line-title").textContent = `${name[0].toLocaleUpperCase(view.lang)}${name.slice(1)} · ${spotName(view.spot)}`;
  byId("line-said").textContent = known.length
    ? say("line_said", { first: inWords(periods[known[0]]), last: inWords(periods[known.at(-1)]), least: number(d3.min(values), false), most: number(d3.max(values), false) }) : "";
  byId("line-series").textContent = view.series.title[view.lang];
  byId("breaks").replaceChildren(...view.line.breaks.map((one) => {
    const made = document.createElement("li");
    made.append(one.date[view.lang] + ": ", textIn("en", `${one.reason} (${one.source})`));
    return made;
  }));
  const open = values.length - known.length, told = [];
  if (open) told.push([view.lang, say("line_gaps", { n: open, of: values.length })]);
  if (view.series.by === "year") told.push([view.lang, say("line_by_year")]);
  if (!view.series.whole) told.push([view.lang, say("line_together_only")]);
  told.push([view.lang, say("meaning", { definition: view.line.definition })], ...view.series.notes.map((text) => ["en", text]), ["en", say("source", { sources: view.series.cited })]);
  byId("line-notes").replaceChildren(...told.map(([lang, text]) => Object.assign(document.createElement("li"), { lang, textContent: text })));
}
/** The name of a break, as on charts: a, b, … z, aa. */
const letter = (n) => (n < 26 ? "" : letter(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26));
/** Draws the line of a place into a group, so wide; returns its height. */
function drawLine(group, wide, colours) {
  const { periods, breaks, parts } = view.line, { values } = view.spot, size = TEXT - 1;
  const days = periods.map((period) => new Date((+moment(period) + +after(period)) / 2));
  const top = 44, bottom = top + (wide < 500 ? 200 : 260);
  const y = d3.scaleLinear([0, d3.max(values) || 1], [bottom, top]).nice(5), heights = y.ticks(5).filter(Number.isInteger);
  const left = d3.max(heights, (value) => width(compact(value), size)) + 10, x = d3.scaleUtc([moment(periods[0]), after(periods.at(-1))], [left, wide - 8]);
  group.selectAll("*").remove();
  const axis = group.append("g").attr("font-size", size).attr("fill", colours.muted);
  axis.selectAll("line").data(heights).join("line").attr("x1", left).attr("x2", wide).attr("y1", y).attr("y2", y).attr("stroke", colours.grid);
  axis.selectAll("text.y").data(heights).join("text").attr("x", left - 8).attr("y", (value) => y(value) + 4).attr("text-anchor", "end").text(compact);
  const times = x.ticks(Math.max(2, Math.floor((wide - left) / 110)));
  const written = (time) => intl("DateTimeFormat", { timeZone: "UTC", year: "numeric", ...(time.getUTCMonth() ? { month: "short" } : {}) }).format(time);
  axis.append("g").selectAll("text").data(times).join("text").attr("y", bottom + 20).text(written)
    .attr("x", (time) => Math.min(x(time), wide - width(written(time), size) / 2)).attr("text-anchor", "middle");
  let before = -Infinity, raised = false;
  breaks.forEach((one, n) => {
    const at = Math.min(Math.max(x(new Date(one.day)), left), wide - 8);
    raised = at - before < 16 && !raised;
    before = at;
    group.append("line").attr("class", "break").attr("x1", at).attr("x2", at).attr("y1", raised ? 18 : 34).attr("y2", bottom).attr("stroke", colours.muted).attr("stroke-dasharray", "4 3");
    group.append("text").attr("x", at).attr("y", raised ? 14 : 30).attr("font-size", size).attr("text-anchor", "middle").attr("fill", colours.text).text(letter(n));
  });
  const path = d3.line((n) => x(days[n]), (n) => y(values[n])).defined((n) => values[n] !== null);
  group.append("g").selectAll("path").data(parts).join("path").attr("class", "part").attr("d", ([from, to]) => path(d3.range(from, to)))
    .attr("fill", "none").attr("stroke", colours.accent).attr("stroke-width", 2.2).attr("stroke-linecap", "round").attr("stroke-linejoin", "round");
  // Alone stand a count between two gaps, and that of a period in which the way of counting changed.
  const joined = new Set(parts.flatMap(([from, to]) => d3.range(from, to).filter((n) => [n - 1, n + 1].some((other) => other >= from && other < to && values[other] !== null))));
  group.append("g").selectAll("circle").data(d3.range(values.length).filter((n) => values[n] !== null && !joined.has(n))).join("circle")
    .attr("class", "alone").attr("cx", (n) => x(days[n])).attr("cy", (n) => y(values[n])).attr("r", 3).attr("fill", colours.accent);
  return bottom + 30;
}
function fillCounts() {
  const { values, counted } = view.spot, body = document.createElement("tbody");
  head(byId("counts"), [[say(view.series.by)], [say("count"), true], ...(counted ? [[say("places_counted"), true]] : [])]);
  view.line.periods.forEach((period, n) => {
    const made = body.insertRow();
    made.append(Object.assign(document.createElement("th"), { scope: "row", textContent: inWords(period) }));
    cell(made, number(values[n], false), { number: true });
    if (counted) cell(made, number(values[n] === null ? null : counted[n], false), { number: true });
  });
  byId("counts").tBodies[0].replaceWith(body);
}
function fillSeriesChoices() {
  options(byId("series"), data.series.map((one) => [one.id, one.title[view.lang]]), view.series.id);
  options(byId("counted"), view.series.lines.map((one) => [lineId(one), lineName(one)]), lineId(view.line));
  const names = view.line.places.map((one) => [one.place, spotName(one)]);
  options(byId("where"), names.sort((a, b) => (a[0] && b[0] ? order(a[1], b[1]) : a[0] ? 1 : -1)), view.spot.place);
}
const drawTheLine = () => { if (view.spot) drawInto("line", drawLine); };
const overTime = data.series.length ? [tellLine, drawTheLine, fillSeriesChoices, fillCounts] : [];
function changeSeries(...asked) {
  chosenSeries(...asked);
  history.replaceState(null, "", address());
  inTurn(...overTime, sayWhole, links);
}
function seriesCsv() {
  const { measure, source, periods } = view.line, { place, iso3, values, counted } = view.spot;
  const rows = periods.map((period, n) => [view.series.id, measure, source, place || say("all_together"), iso3, period, values[n], counted && values[n] !== null ? counted[n] : ""]);
  return asCsv([["series", "measure", "source", "place", "iso3", view.series.by, "count", "places_counted"], ...rows]);
}
