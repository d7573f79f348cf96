// Taking it along: pictures, tables, the address.
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
