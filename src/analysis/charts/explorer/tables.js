// Sentences, notes and tables.
function finding() {
  const rows = ranked();
  if (!rows.length) return "";
  const told = { place: placeName(rows[0]), value: written(shown(rows[0])), interval: span(low(rows[0]), high(rows[0])) };
  const rivals = rows.slice(1).filter((row) => (high(row) ?? shown(row)) > (low(rows[0]) ?? shown(rows[0])));
  return say(rows.length > 1 ? "highest" : "only", told) + (rivals.length ? " " + say("overlap", { places: few(rivals.map(placeName)) }) : "");
}
function detail(place) {
  if (!place) return say("detail_hint");
  const row = view.set.rows.find((each) => code(each) === place);
  if (!row) return say("detail_missing", { place: nameOf(place) });
  const [value, ends] = apart(row) ? [number(row.value), span(row.low, row.high, (each) => number(each))] : [written(shown(row)), span(low(row), high(row))];
  return say("detail", { place: nameAndKind(row), value, interval: ends, figure: row.figure, source: sourceName(row.source), locator: row.locator });
}
function notes() {
  const rows = ranked(), made = [];
  const off = view.set.rows.filter((row) => !apart(row) && !(row.iso3 in data.dots)), without = view.set.rows.filter((row) => !apart(row) && view.show === "rate" && row.rate === null);
  if (view.set.world) made.push(say("world", { figure: view.set.world.figure, source: sourceName(view.set.world.source), locator: view.set.world.locator }));
  made.push(view.show === "rate" && view.set.level ? say("interval_chance", { level: number(view.set.level, true) }) : say("interval_printing"));
  if (view.show === "rate" && view.set.years.length) made.push(say("population", { years: [...new Set([view.set.years[0], view.set.years.at(-1)])].join("–") }));
  if (missing()) made.push(say("missing_note", { n: missing() }));
  if (column() === "value" && kind() === "count") made.push(say("circles"));
  if (without.length) made.push(say("no_rate", { places: few(without.map(placeName)) }));
  if (off.length && rows.length) made.push(say("not_on_map", { places: few(off.map(placeName)) }));
  for (const [other, [, told]] of Object.entries(APART)) {
    const found = view.set.rows.filter((row) => row.place_kind === other);
    if (found.length) made.push(say(told, { places: few(found.map((row) => `${placeName(row)} (${number(row.value)})`)) }));
  }
  made.push(say("meaning", { definition: data.measures[view.measure].definition }));
  made.push(say("boundaries_short"));
  return made;
}
const sourceLine = () => {
  const named = [...new Set(view.set.rows.map((row) => row.source))].map(sourceName);
  return say(named.length > 1 ? "sources" : "source", { sources: listed(named) });
};

function cell(row, text, { number: right, address: to } = {}) {
  const made = row.insertCell();
  if (right) made.className = "number";
  if (to) {
    const link = document.createElement("a");
    link.href = to;
    link.textContent = text;
    made.append(link);
  } else made.textContent = text;
}
const rowAddress = (survey, row) => (data.rows && row.line ? data.rows.replace("{survey}", encodeURIComponent(survey)).replace("{line}", row.line) : "");
function head(table, titles) {
  const row = document.createElement("tr");
  for (const [text, right] of titles) {
    const made = document.createElement("th");
    made.scope = "col";
    made.textContent = text;
    if (right) made.className = "number";
    row.append(made);
  }
  table.tHead.replaceChildren(row);
}
function fillTable() {
  const rates = view.show === "rate", rows = ranked();
  const rest = view.set.rows.filter((row) => !rows.includes(row));
  head(byId("table"), [[say("place")], [say("printed"), true], [say("value"), true], [say("interval"), true],
    ...(rates ? [[say("rate"), true], [say("rate_interval"), true]] : []), [say("source_column")], [say("where_column")]]);
  const body = document.createElement("tbody"), share = kind() === "share";
  for (const row of [...rows, ...rest]) {
    const made = body.insertRow(), header = document.createElement("th"), button = document.createElement("button");
    made.dataset.place = code(row);
    header.scope = "row";
    button.type = "button";
    button.textContent = nameAndKind(row);
    button.setAttribute("aria-pressed", code(row) === view.place);
    button.addEventListener("click", () => choose(code(row)));
    header.append(button);
    made.append(header);
    cell(made, row.figure, { number: true, address: rowAddress(view.set.survey, row) });
    cell(made, number(row.value, share), { number: true });
    cell(made, span(row.low, row.high, (value) => number(value, share)), { number: true });
    if (rates) {
      cell(made, rate(row.rate), { number: true });
      cell(made, span(row.rate_low, row.rate_high, rate), { number: true });
    }
    cell(made, sourceName(row.source));
    cell(made, row.locator);
  }
  byId("table").tBodies[0].replaceWith(body);
}
function fillOthers() {
  const found = data.sets.flatMap((one) => one.rows.filter((row) => code(row) === view.place).map((row) => [one, row]));
  byId("elsewhere").hidden = !found.length;
  if (!found.length) return;
  byId("elsewhere-title").textContent = say("elsewhere", { place: placeName(found[0][1]) });
  head(byId("others"), [[say("measure")], [say("survey")], [say("printed"), true], [say("interval"), true], [say("source_column")], [say("where_column")]]);
  const body = document.createElement("tbody");
  for (const [one, row] of found) {
    const made = body.insertRow(), share = data.measures[one.measure].kind === "share";
    cell(made, label(one.measure));
    cell(made, surveyName(one));
    made.lastChild.lang = "en";
    cell(made, row.figure, { number: true, address: rowAddress(one.survey, row) });
    cell(made, span(row.low, row.high, (value) => number(value, share)), { number: true });
    cell(made, sourceName(row.source));
    cell(made, row.locator);
  }
  byId("others").tBodies[0].replaceWith(body);
}
