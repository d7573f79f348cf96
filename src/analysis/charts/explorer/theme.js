// Light and dark; the same choice as on the pages of the report.
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
