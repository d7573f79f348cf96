// Showing it: what is filled and drawn, and in which order.
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
/** Says below a select the whole of what it shows, where that is cut: no browser breaks its lines. */
function sayWhole() {
  for (const said of document.querySelectorAll(".whole")) {
    const select = said.previousElementSibling, text = select.selectedOptions[0]?.text ?? "";
    said.textContent = width(text, 16) > select.clientWidth - 36 ? text : "";
    said.lang = select.selectedOptions[0]?.lang ?? "";
  }
}
function fillChoices() {
  const byText = (a, b) => order(a[1], b[1]);
  options(byId("measure"), Object.keys(data.measures).map((name) => [name, label(name)]).sort(byText), view.measure);
  options(byId("survey"), setsOf(view.measure).map((one, _, all) => [one.id, who(one, all)]).sort(byText), view.set.id);
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
const everything = [told, drawTheMap, drawTheRanking, fillChoices, words, ...tongues, fillNotes, fillTable, fillOthers, markPlace, ...overTime, sayWhole, links];
const show = () => inTurn(...everything);
const showPlace = () => inTurn(fillChoices, markPlace, fillOthers, links);
const redraw = () => { measureWidths(); inTurn(drawTheMap, drawTheRanking, fillTable, fillOthers, markPlace, drawTheLine, sayWhole, links); };

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
