// What the reader does.
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
