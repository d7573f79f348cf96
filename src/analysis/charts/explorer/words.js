// The data of the page, what is looked at, and words and numbers in the reader's language.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const root = document.documentElement;
const [UNITS, HEIGHT] = data.size;
const TEXT = 14, FAMILY = "'Exposure Inter', system-ui, sans-serif";
const codes = data.countries;
const view = { lang: data.lang, measure: "", set: null, show: "rate", place: "", series: null, line: null, spot: null };
let hovered = "";


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
  return [data.surveys[one.survey].title, one.window[view.lang], assets.size > 1 ? one.asset.replace(/_/g, " ") : ""].filter(Boolean).join(" · ");
};
// Short enough for a select; what tells two counts of one survey apart follows.
const who = (one, all) => {
  const same = all.filter((other) => other.survey === one.survey);
  const apart = (told) => (new Set(same.map(told)).size > 1 ? told(one) : "");
  return [data.surveys[one.survey].who[view.lang], apart((each) => each.window[view.lang]), apart((each) => each.asset.replace(/_/g, " "))].filter(Boolean).join(" · ");
};
const setsOf = (measure) => data.sets.filter((one) => one.measure === measure);
const label = (measure) => data.measures[measure].label[view.lang];
const title = () => {
  const text = label(view.measure) + (view.show === "rate" ? " " + say("per_unit") : "");
  return text[0].toLocaleUpperCase(view.lang) + text.slice(1);
};
