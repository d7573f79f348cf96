// Keys, dropping a file, marking a stretch of text and copying: all of it also goes by links and forms without this script.
(() => {
  "use strict";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    const field = document.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
      return;
    }
    if (event.key === "x") {
      markSelection();
      return;
    }
    if (event.key === "n") {
      const article = document.querySelector("[data-draft]");
      if (article) location.assign(`/draft/${article.dataset.draft}#row`);
      return;
    }
    if (event.key === "c") {
      const button = document.querySelector("[data-copies]");
      if (button) button.click();
      return;
    }
    const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
    if (wanted && !(event.key === "Enter" && event.target.closest("a, button"))) {
      event.preventDefault();
      wanted.click();
    }
  });

  // A stretch of text that a reader selected, as a number: the offsets count the part's own text, not what the marks add.
  function markSelection() {
    const selection = getSelection();
    const form = document.getElementById("mark");
    if (!form || !selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const part = (range.startContainer.parentElement || range.startContainer).closest("p[data-part], h2[data-part]");
    if (!part || !part.contains(range.endContainer)) return;
    const before = document.createRange();
    before.setStart(part, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = plain(before).length;
    form.elements.part.value = part.dataset.part;
    form.elements.start.value = start;
    form.elements.end.value = start + plain(range).length;
    form.submit();
  }

  function plain(range) {
    const copy = range.cloneContents();
    copy.querySelectorAll(".vh, svg, .held").forEach((one) => one.remove());
    return copy.textContent;
  }

  const drop = document.getElementById("drop");
  if (drop) {
    const file = drop.querySelector("input[type=file]");
    for (const kind of ["dragenter", "dragover"]) {
      document.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    document.addEventListener("dragleave", () => drop.classList.remove("over"));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        drop.submit();
      }
    });
    file.addEventListener("change", () => file.files.length && drop.submit());
  }

  document.querySelectorAll("form[data-auto]").forEach((form) => {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=radio], input[type=checkbox]")) {
        // A text that was made for another chart is not kept.
        if (form.elements.alt) form.elements.alt.value = "";
        form.submit();
      }
    });
  });

  document.querySelectorAll("[data-copies]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.parentElement.querySelector("[data-copy]").textContent);
    });
  });

  const first = document.querySelector("[role=alert]") || (location.hash === "#row" && document.getElementById("row"));
  if (first) first.focus({ preventScroll: false });
})();
