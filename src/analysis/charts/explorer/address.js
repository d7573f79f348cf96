// The view and the address, each of which holds the other.
function chosenFrom(hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  if (["en", "es", "de", "fr"].includes(asked.get("l"))) view.lang = asked.get("l");
  // The view that opens: the measure most places have a figure for, one with rates before others.
  const largest = d3.greatest(data.sets, (one) => countries(one) + (one.rates ? 0.5 : 0) + (one.measure === "servers_exposed" ? 5 : 0));
  view.measure = Object.hasOwn(data.measures, asked.get("m")) ? asked.get("m") : largest.measure;
  const sets = setsOf(view.measure);
  view.set = sets.find((one) => one.id === asked.get("s")) || d3.greatest(sets, countries);
  view.show = view.set.rates && asked.get("v") !== "count" ? "rate" : "count";
  view.place = Object.hasOwn(data.places, asked.get("p")) ? asked.get("p") : "";
  chosenSeries(asked.get("t"), asked.get("c"), asked.get("w"));
}
/** Chooses a series, one of its lines and a place of that; where there is none of that name, the first. */
function chosenSeries(id, line, place) {
  view.series = data.series.find((one) => one.id === id) || data.series[0] || null;
  view.line = view.series && (view.series.lines.find((one) => lineId(one) === line) || view.series.lines[0]);
  view.spot = view.line && (view.line.places.find((one) => one.place === place) || view.line.places[0]);
}
function address() {
  const parts = { m: view.measure, s: view.set.id, v: view.show, l: view.lang };
  if (view.place) parts.p = view.place;
  if (view.spot && view.spot !== data.series[0].lines[0].places[0]) Object.assign(parts, { t: view.series.id, c: lineId(view.line), w: view.spot.place });
  return "#" + new URLSearchParams(parts).toString();
}
function change(parts) {
  Object.assign(view, parts);
  history.replaceState(null, "", address());
  Object.keys(parts).join() === "place" ? showPlace() : show();
}
