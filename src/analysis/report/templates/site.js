"use strict";
// Light and dark by choice, and tables that sort and filter. Without it every page reads as well.
(() => {
  const root = document.documentElement, store = "exposure-theme";
  const remembered = () => { try { return localStorage.getItem(store); } catch { return null; } };
  if (remembered()) root.dataset.theme = remembered();
  root.classList.add("js");

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const collator = new Intl.Collator(root.lang, { numeric: true });

  function sortable(table) {
    const titles = [...(table.tHead?.rows[0]?.cells || [])], body = table.tBodies[0];
    if (table.tHead?.rows.length !== 1 || !body || body.rows.length < 3) return;
    if (table.querySelector("thead [colspan], tbody [colspan], tbody [rowspan]")) return;
    titles.forEach((title, place) => {
      if (!title.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...title.childNodes);
      title.append(button);
      button.addEventListener("click", () => {
        const down = title.getAttribute("aria-sort") === "ascending";
        titles.forEach((each) => each.removeAttribute("aria-sort"));
        title.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => {
          const cell = row.cells[place], number = parseFloat(cell?.dataset.value);
          return Number.isNaN(number) ? (cell?.textContent || "").trim() : number;
        };
        const missing = (value) => value === "" || value === "–";
        const rows = [...body.rows].map((row) => [key(row), row]).sort(([a], [b]) => {
          if (missing(a) || missing(b)) return missing(a) - missing(b);
          const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
          return down ? -order : order;
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  function filtered(tools) {
    const table = tools.parentElement.querySelector("table"), input = tools.querySelector("input"), told = tools.querySelector("output");
    if (!table) return;
    const rows = [...table.tBodies[0].rows], texts = rows.map((row) => plain(row.textContent));
    const said = (row, choice) => row.cells[choice.dataset.column].textContent;
    const choices = [...tools.querySelectorAll("select")];
    choices.forEach((choice) => [...new Set(rows.map((row) => said(row, choice)))].filter(Boolean).sort(collator.compare).forEach((text) => choice.append(new Option(text))));
    const show = () => {
      const words = plain(input.value).split(/\s+/).filter(Boolean), chosen = choices.filter((choice) => choice.value);
      let count = 0;
      rows.forEach((row, n) => {
        row.hidden = !words.every((word) => texts[n].includes(word)) || !chosen.every((choice) => said(row, choice) === choice.value);
        count += !row.hidden;
      });
      told.textContent = words.length || chosen.length ? told.dataset.says.replace("{shown}", count).replace("{all}", rows.length) : "";
    };
    input.addEventListener("input", show);
    choices.forEach((choice) => choice.addEventListener("change", show));
    // A link to a row must find it.
    addEventListener("hashchange", () => { if (document.querySelector(":target")?.closest("table") === table) { input.value = ""; choices.forEach((choice) => { choice.value = ""; }); show(); document.querySelector(":target").scrollIntoView(); } });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem(store, root.dataset.theme); } catch { /* a page opened from disk may have no storage */ }
    });
    // The code by which another site shows a chart names the chart's page by its whole address.
    document.querySelectorAll("[data-embed]").forEach((code) => { code.textContent = code.textContent.replace("embed/", new URL("embed/", location.href)); });
    document.querySelectorAll(".tools").forEach(filtered);
    document.querySelectorAll("table").forEach(sortable);
  });
})();
