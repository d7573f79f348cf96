"use strict";
// One view of the figures: a measure of a survey, as rates or as printed, and a place that is looked at; below it a series over time.
// The address holds it; map, ranking, table, line and notes are drawn from it.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;
  const [UNITS, HEIGHT] = data.size;
  const TEXT = 14, FAMILY = "'Exposure Inter', system-ui, sans-serif";
  const codes = Object.keys(data.dots);
  const view = { lang: data.lang, measure: "", set: null, show: "rate", place: "", series: null, line: null, spot: null };
  let hovered = "";

  // ---- words and numbers

  /** Makes a formatter of Intl once for each language and form: making them is slow. */
  const made = new Map();
  const intl = (kind, form) => {
    const name = [kind, view.lang, JSON.stringify(form)].join();
    if (!made.has(name)) made.set(name, new Intl[kind](view.lang, form));
    return made.get(name);
  };
  const order = (a, b) => intl("Collator", {}).compare(a, b);

  const say = (key, values = {}) =>
    data.texts[key][view.lang].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const placeName = (row) => (Object.hasOwn(data.places, row.iso3) ? data.places[row.iso3][view.lang] : row.place);
  /** Countries, of today and of the past, stand beside one another; regions, parts of countries and groups never beside them. */
  const APART = { region: ["kind_region", "apart_region"], "sub-national": ["kind_part", "apart_part"], population: ["kind_group", "apart_group"] };
  const apart = (row) => Object.hasOwn(APART, row.place_kind);
  const countries = (one) => d3.count(one.rows, (row) => (apart(row) ? NaN : 1));
  const nameAndKind = (row) => (apart(row) ? `${placeName(row)} (${say(APART[row.place_kind][0])})` : placeName(row));
  const nameOf = (code) => (Object.hasOwn(data.places, code) ? data.places[code][view.lang] : code);
  const listed = (names) => intl("ListFormat", { type: "conjunction" }).format(names);
  const few = (names) => (names.length > 6 ? listed([...names.slice(0, 5), "… (" + (names.length - 5) + ")"]) : listed(names));
  const kind = () => data.measures[view.measure].kind;
  const column = () => (view.show === "rate" ? "rate" : "value");

  function number(value, share = kind() === "share" && view.show !== "rate") {
    if (value === null) return "–";
    if (share) return intl("NumberFormat", { style: "percent", maximumFractionDigits: 1 }).format(value);
    const form = Number.isInteger(value) || value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
    return intl("NumberFormat", form).format(value);
  }
  /** A rate with as many decimals as the others of its set: three digits of the largest, one of the smallest. */
  function rate(value) {
    if (value === null) return "–";
    const rates = view.set.rows.map((row) => row.rate).filter((each) => each > 0), power = (each) => Math.floor(Math.log10(each));
    view.set.decimals ??= rates.length ? Math.max(2 - power(d3.max(rates)), -power(d3.min(rates)), 0) : 0;
    const digits = view.set.decimals;
    if (digits > 4) return number(value, false);
    return intl("NumberFormat", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  }
  const written = (value) => (view.show === "rate" ? rate(value) : number(value));
  function span(low, high, write = written) {
    if (low === null || high === null) return "–";
    const ends = [write(low), write(high)];
    return ends[0] === ends[1] ? ends[0] : ends.join("–");
  }
  const low = (row) => (view.show === "rate" ? row.rate_low : row.low);
  const high = (row) => (view.show === "rate" ? row.rate_high : row.high);
  const shown = (row) => row[column()];
  const sourceName = (id) => {
    const source = data.sources[id];
    const told = [source.published[view.lang], source.quoted ? say("quoted") : ""].filter(Boolean).join(", ");
    return told ? `${source.publisher} (${told})` : source.publisher;
  };
  const surveyName = (one) => {
    const assets = new Set(setsOf(one.measure).filter((other) => other.survey === one.survey).map((other) => other.asset));
    return [data.surveys[one.survey], one.window[view.lang], assets.size > 1 ? one.asset.replace(/_/g, " ") : ""].filter(Boolean).join(" · ");
  };
  const setsOf = (measure) => data.sets.filter((one) => one.measure === measure);
  const label = (measure) => data.measures[measure].label[view.lang];
  const title = () => {
    const text = label(view.measure) + (view.show === "rate" ? " " + say("per_unit") : "");
    return text[0].toLocaleUpperCase(view.lang) + text.slice(1);
  };

  // ---- the view and the address

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

  // ---- drawing

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

  // ---- sentences and tables

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

  // ---- over time: a series, one of its measures, and a place or all of them

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
    inTurn(...overTime, links);
  }
  function seriesCsv() {
    const { measure, source, periods } = view.line, { place, iso3, values, counted } = view.spot;
    const rows = periods.map((period, n) => [view.series.id, measure, source, place || say("all_together"), iso3, period, values[n], counted && values[n] !== null ? counted[n] : ""]);
    return asCsv([["series", "measure", "source", "place", "iso3", view.series.by, "count", "places_counted"], ...rows]);
  }

  // ---- showing it

  function options(select, items, chosen) {
    const text = JSON.stringify(items);
    if (select.dataset.items === text) {
      select.value = chosen;
      return;
    }
    select.dataset.items = text;
    select.replaceChildren(...items.map(([value, text, lang]) => {
      const made = new Option(text, value, false, value === chosen);
      if (lang) made.lang = lang;
      return made;
    }));
  }
  function fillChoices() {
    const byText = (a, b) => order(a[1], b[1]);
    options(byId("measure"), Object.keys(data.measures).map((name) => [name, label(name)]).sort(byText), view.measure);
    options(byId("survey"), setsOf(view.measure).map((one) => [one.id, surveyName(one), "en"]).sort(byText), view.set.id);
    const withFigure = new Set(data.sets.flatMap((one) => one.rows.map((row) => row.iso3)).filter(Boolean));
    if (view.place) withFigure.add(view.place);
    options(byId("place"), [["", say("all_places")], ...[...withFigure].map((one) => [one, nameOf(one)]).sort(byText)], view.place);
    for (const radio of document.querySelectorAll("[name=show]")) {
      radio.checked = radio.value === view.show;
      radio.disabled = radio.value === "rate" && !view.set.rates;
    }
    byId("as-printed").textContent = say(kind());
    byId("language").value = view.lang;
  }
  function words() {
    if (root.dataset.words === view.lang) return;
    root.dataset.words = view.lang;
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  }
  /** The language of the parts of the page, then of the page: a part at a time, as all of its text is set anew. */
  const tongues = [...document.querySelectorAll("header, form, #result > *, .take, #over-time > :not(form), footer"), root].map((part) => () => {
    if (part.lang !== view.lang) part.lang = view.lang;
  });
  function told() {
    document.title = `${title()} – ${say("title")}`;
    byId("view").textContent = title();
    byId("under").textContent = surveyName(view.set);
    byId("under").lang = "en";
    byId("finding").textContent = finding();
  }
  function fillNotes() {
    byId("notes").replaceChildren(...[...notes(), sourceLine()].map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }
  function links() {
    byId("link").value = location.href.split("#")[0] + address();
    const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
    byId("embed").value = `<iframe src="${quoted(byId("link").value)}" title="${quoted(document.title)}" width="100%" height="1100" loading="lazy" style="border:0"></iframe>`;
  }
  const wide = {};
  function measureWidths() {
    for (const id of ["map", "ranking", "line"]) wide[id] = Math.max(240, byId(id).parentElement.clientWidth);
  }
  const drawTheMap = () => drawInto("map", drawMap);
  const drawTheRanking = () => drawInto("ranking", drawRanking);
  const markPlace = () => mark(hovered || view.place);

  /** Does the steps one after another, each in a task of its own, so that none keeps the page from answering. */
  let turn = 0;
  function inTurn(...steps) {
    const mine = ++turn;
    root.dataset.busy = "1";
    const next = () => {
      if (mine !== turn) return;
      steps.shift()();
      steps.length ? setTimeout(next) : delete root.dataset.busy;
    };
    next();
  }
  const everything = [told, drawTheMap, drawTheRanking, fillChoices, words, ...tongues, fillNotes, fillTable, fillOthers, markPlace, ...overTime, links];
  const show = () => inTurn(...everything);
  const showPlace = () => inTurn(fillChoices, markPlace, fillOthers, links);
  const redraw = () => { measureWidths(); inTurn(drawTheMap, drawTheRanking, fillTable, fillOthers, markPlace, drawTheLine, links); };

  /** Marks a place in map, ranking and table, and says what is known of it. */
  function mark(place) {
    const colours = theme(), scale = UNITS / wide.map;
    const marked = document.querySelector("#map path[data-on]");
    if (marked && marked.dataset.place !== place) {
      marked.removeAttribute("stroke");
      marked.removeAttribute("stroke-width");
      delete marked.dataset.on;
    }
    const path = place && document.querySelector(`#map path[data-place="${CSS.escape(place)}"]`);
    if (path) {
      path.setAttribute("stroke", colours.second);
      path.setAttribute("stroke-width", 2 * scale);
      path.dataset.on = "1";
      if (path.nextSibling) path.parentElement.append(path);
    }
    for (const dot of document.querySelectorAll("#map circle[data-place]")) dot.setAttribute("stroke-width", dot.dataset.place === place ? 2.4 : 0.8);
    for (const row of document.querySelectorAll("#ranking .row")) {
      row.querySelector(".ground").setAttribute("fill-opacity", row.dataset.place === place ? 0.6 : 0);
      row.querySelector("circle").setAttribute("fill", row.dataset.place === place ? colours.second : colours.accent);
    }
    for (const row of byId("table").tBodies[0].rows) {
      row.className = row.dataset.place === place ? "hovered" : "";
      row.querySelector("button").setAttribute("aria-pressed", row.dataset.place === view.place);
    }
    const text = detail(place);
    if (byId("detail").textContent !== text) byId("detail").textContent = text;
    byId("detail").classList.toggle("hint", !place);
  }
  const choose = (place) => change({ place: view.place === place ? "" : place });

  // ---- taking it along

  function picture() {
    const wide = 1000, margin = 32, inner = wide - 2 * margin, colours = data.themes.light;
    const svg = d3.create("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("font-family", FAMILY).attr("lang", view.lang).attr("role", "img");
    svg.append("title").text(`${title()}. ${surveyName(view.set)}`);
    svg.append("desc").text(finding());
    svg.append("style").text(byId("fonts").textContent);
    const ground = svg.append("rect").attr("width", wide).attr("fill", colours.paper);
    let y = margin;
    const paragraph = (text, size, colour, weight = 400) => {
      for (const line of lines(text, size, inner, weight)) {
        y += 1.35 * size;
        svg.append("text").attr("x", margin).attr("y", y).attr("font-size", size).attr("font-weight", weight).attr("fill", colour).text(line.trim());
      }
    };
    const part = (drawing) => {
      y += 20;
      y += drawing(svg.append("g").attr("transform", `translate(${margin},${y})`), inner, colours, "exposure-hatch");
    };
    paragraph(title(), 26, colours.text, 600);
    paragraph(surveyName(view.set), 16, colours.muted);
    y += 6;
    paragraph(finding(), 17, colours.text);
    part(drawMap);
    part(drawRanking);
    y += 6;
    for (const text of [...notes(), sourceLine()]) paragraph(text, 12.5, colours.muted);
    const height = Math.ceil(y + margin);
    ground.attr("height", height);
    svg.attr("width", wide).attr("height", height).attr("viewBox", `0 0 ${wide} ${height}`);
    return [new XMLSerializer().serializeToString(svg.node()), wide, height];
  }
  const fileName = (...parts) => parts.join("-").replace(/[^\w-]+/g, "-");
  const viewName = () => fileName(view.measure, view.set.survey, view.show, view.lang);
  function save(address, file, told = "done") {
    const link = document.createElement("a");
    link.href = address;
    link.download = file;
    link.click();
    byId(told).textContent = say("saved", { file });
  }
  function saveText(text, type, file, told) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    save(address, file, told);
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
  function savePng() {
    const [svg, wide, height] = picture(), image = new Image();
    image.addEventListener("load", () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 2 * wide, height: 2 * height });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL("image/png"), viewName() + ".png");
    });
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  }
  function csv() {
    const names = ["place", "iso3", "place_kind", "measure", "survey", "asset", "figure", "value", "low", "high", "rate", "rate_low", "rate_high", "source", "locator"];
    const whole = (row) => ({ ...row, place: placeName(row), measure: view.measure, survey: view.set.survey, asset: view.set.asset });
    const rows = [...ranked(), ...view.set.rows.filter((row) => apart(row) || shown(row) === null)].map(whole);
    return asCsv([names, ...rows.map((row) => names.map((name) => row[name]))]);
  }
  function asCsv(rows) {
    // A spreadsheet takes a text that begins like a formula for one.
    const quoted = (value) => { const text = String(value ?? "").replace(/^(?=[=+@\t\r]|-(?![\d.]))/, "'"); return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text; };
    return rows.map((row) => row.map(quoted).join(",")).join("\n") + "\n";
  }
  async function copy(id) {
    const field = byId(id);
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      byId("done").textContent = say("copied");
    } catch {
      byId("done").textContent = say("to_copy");
    }
  }

  // ---- light and dark; the same choice as on the pages of the report

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => { try { return localStorage.getItem("exposure-theme"); } catch { return null; } };
  const setTheme = () => { root.dataset.theme = remembered() || root.dataset.asked || (dark.matches ? "dark" : "light"); };
  setTheme();
  dark.addEventListener("change", () => { setTheme(); redraw(); });
  byId("theme").addEventListener("click", () => {
    const other = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.asked = other;
    try { localStorage.setItem("exposure-theme", other); } catch { /* a page opened from disk may have no storage */ }
    setTheme();
    redraw();
  });

  // Paper is white, whatever the screen is.
  for (const when of ["beforeprint", "afterprint"]) {
    addEventListener(when, () => {
      printing = when === "beforeprint";
      for (const step of [drawTheMap, drawTheRanking, markPlace, drawTheLine]) step();
    });
  }

  // ---- what the reader does

  byId("measure").addEventListener("change", (event) => {
    const sets = setsOf(event.target.value), same = sets.find((one) => one.survey === view.set.survey);
    const set = same || d3.greatest(sets, countries);
    change({ measure: event.target.value, set, show: set.rates ? view.show : "count" });
  });
  byId("survey").addEventListener("change", (event) => {
    const set = setsOf(view.measure).find((one) => one.id === event.target.value);
    change({ set, show: set.rates ? view.show : "count" });
  });
  byId("place").addEventListener("change", (event) => change({ place: event.target.value }));
  byId("language").addEventListener("change", (event) => change({ lang: event.target.value }));
  for (const radio of document.querySelectorAll("[name=show]")) radio.addEventListener("change", () => change({ show: radio.value }));
  byId("series").addEventListener("change", (event) => changeSeries(event.target.value, lineId(view.line), view.spot.place));
  byId("counted").addEventListener("change", (event) => changeSeries(view.series.id, event.target.value, view.spot.place));
  byId("where").addEventListener("change", (event) => changeSeries(view.series.id, lineId(view.line), event.target.value));
  byId("series-csv").addEventListener("click", () => saveText(seriesCsv(), "text/csv", fileName(view.series.id, view.line.measure, view.spot.place || "all") + ".csv", "series-done"));
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  for (const area of ["map", "ranking", "table"]) {
    byId(area).addEventListener("pointerover", (event) => {
      const place = event.target.closest("[data-place]")?.dataset.place || "";
      if (place !== hovered) mark((hovered = place) || view.place);
    });
    byId(area).addEventListener("pointerleave", () => mark((hovered = "") || view.place));
    if (area !== "table") byId(area).addEventListener("click", (event) => {
      const place = event.target.closest("[data-place]")?.dataset.place;
      if (place) choose(place);
    });
  }
  byId("svg").addEventListener("click", () => saveText(picture()[0], "image/svg+xml", viewName() + ".svg"));
  byId("png").addEventListener("click", savePng);
  byId("csv").addEventListener("click", () => saveText(csv(), "text/csv", viewName() + ".csv"));
  byId("print").addEventListener("click", () => print());
  for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", () => copy(button.dataset.copies));
  addEventListener("hashchange", () => { chosenFrom(location.hash); show(); });
  let size = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== size) { size = innerWidth; redraw(); } });
  document.querySelector(".home").hidden = !data.rows;
  byId("over-time").hidden = !data.series.length;

  // The first view at once and whole; the same again, where letters of the typeface are of another width.
  chosenFrom(location.hash);
  measureWidths();
  for (const step of everything) step();
  root.classList.remove("waiting");
  document.fonts.ready.then(redraw);
})();
