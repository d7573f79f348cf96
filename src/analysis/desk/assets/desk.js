// Keys, dropping a file, marking a stretch of text, copying, progress: all of it also goes by links and forms without this script.
(() => {
  "use strict";
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

  // Keys. Single keys sleep in fields and can be switched off; then they work with Alt and Shift.
  const asleep = () => localStorage.getItem("exposure-keys") === "off";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "z" && !typing(event.target)) press(event, "u");
      return;
    }
    if (event.altKey && !event.shiftKey && "1234".includes(event.key)) {
      const step = all(".steps li > a")[Number(event.key) - 1];
      if (step) act(event, () => step.click());
      return;
    }
    if (event.altKey !== asleep() || (event.altKey && !event.shiftKey)) return;
    const key = event.altKey ? event.code.replace(/^Key|^Digit/, "").toLowerCase() : event.key;
    if (marking.on) {
      marking.key(event);
      return;
    }
    if (key === "Escape") {
      if (event.target.closest("details.cut")) event.target.closest("details").open = false;
      if (typing(event.target)) (find("#row") || event.target).focus();
      return;
    }
    if (typing(event.target)) return;
    press(event, key);
  });

  function act(event, what) {
    event.preventDefault();
    what();
  }

  function press(event, key) {
    const field = find(`[data-focus="${CSS.escape(key)}"]`);
    const tick = find(`[data-tick="${CSS.escape(key)}"]`);
    if (field) {
      act(event, () => {
        open(field);
        field.focus();
        field.select();
      });
    } else if (tick) {
      act(event, () => {
        open(tick);
        tick.click();
      });
    } else if (key === "x") {
      act(event, () => marking.begin());
    } else if (key === "c") {
      const button = find("[data-copies]");
      if (button) act(event, () => button.click());
    } else {
      const plain = { ArrowDown: "j", ArrowUp: "k" }[key] || key;
      const near = event.target.closest("a, button, summary");
      if (key === "Enter" && near) return;
      const wanted = all("[data-key]").find((one) => one.dataset.key === plain && !one.disabled)
        || (key === "Enter" && event.target.closest("#row") && find("#decide .go"));
      if (!wanted || (plain !== key && !event.target.closest("#row, body > main, .art"))) return;
      act(event, () => {
        wanted.click();
        const cut = wanted.matches("summary") && find("input[type=text]", wanted.parentElement);
        if (cut) {
          cut.focus();
          cut.select();
        }
      });
    }
  }

  function open(field) {
    const folded = field.closest("details");
    if (folded) folded.open = true;
  }

  const off = find("#asleep");
  if (off) {
    off.checked = asleep();
    off.addEventListener("change", () => localStorage.setItem("exposure-keys", off.checked ? "off" : "on"));
  }
  const back = find("[data-back]");
  if (back && document.referrer.startsWith(location.origin)) back.href = document.referrer;

  // A stretch of text as a number: what is selected, or found with the arrows. The offsets count the part's own text alone.
  const marking = {
    on: false,
    says: (text) => {
      const line = find("#marking");
      if (line) line.textContent = text;
    },
    begin() {
      const article = find(".art");
      if (!article) return;
      const selection = getSelection();
      if (selection.rangeCount && !selection.isCollapsed && article.contains(selection.anchorNode)) {
        this.take();
        return;
      }
      const part = find(".mk[aria-current]", article) || find("[data-part]", article);
      selection.collapse(part, 0);
      this.on = true;
      selection.modify("extend", "forward", "word");
      this.says(find("#marking").dataset.begun);
    },
    key(event) {
      const way = { ArrowRight: ["forward", "word"], ArrowLeft: ["backward", "word"], ArrowDown: ["forward", "line"], ArrowUp: ["backward", "line"] }[event.key];
      if (way) {
        const selection = getSelection();
        if (!event.shiftKey) {
          if (way[0] === "forward") selection.collapseToEnd();
          else selection.collapseToStart();
          selection.modify("move", ...way);
        }
        selection.modify("extend", event.shiftKey ? way[0] : "forward", "word");
      } else if (event.key === "Enter") {
        this.take();
      } else if (event.key === "Escape") {
        this.on = false;
        getSelection().removeAllRanges();
        this.says("");
      } else if (event.key !== "Shift") {
        return;
      }
      event.preventDefault();
    },
    take() {
      this.on = false;
      const form = find("#mark");
      const range = getSelection().getRangeAt(0);
      const at = range.startContainer;
      const part = (at.nodeType === 1 ? at : at.parentElement).closest("p[data-part], h2[data-part]");
      if (!part) {
        this.says(find("#marking").dataset.nothing);
        return;
      }
      if (!part.contains(range.endContainer)) range.setEndAfter(part.lastChild);
      const before = document.createRange();
      before.setStart(part, 0);
      before.setEnd(range.startContainer, range.startOffset);
      const start = plain(before).length;
      form.elements.part.value = part.dataset.part;
      form.elements.start.value = start;
      form.elements.end.value = start + plain(range).length;
      form.submit();
    },
  };

  function plain(range) {
    const copy = range.cloneContents();
    all(".vh, svg, .held", copy).forEach((one) => one.remove());
    return copy.textContent;
  }

  all("[data-fill]").forEach((button) => {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.fill);
      field.value = button.firstChild.textContent.trim();
      find("#decide .go").focus();
    });
  });

  // A file or a text is sent without leaving the page, so that what goes wrong is said here.
  const drop = find("#drop");
  if (drop) {
    const file = find("input[type=file]", drop);
    for (const kind of ["dragenter", "dragover"]) {
      document.addEventListener(kind, (event) => act(event, () => drop.classList.add("over")));
    }
    document.addEventListener("dragleave", () => drop.classList.remove("over"));
    document.addEventListener("drop", (event) => act(event, () => {
      drop.classList.remove("over");
      if (event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        send();
      }
    }));
    file.addEventListener("change", () => file.files.length && send());
    drop.addEventListener("submit", (event) => act(event, send));
    // The reader may have come back from a page that refused the file.
    addEventListener("pageshow", () => drop.removeAttribute("aria-busy"));

    async function send() {
      if (drop.getAttribute("aria-busy")) return;
      drop.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(drop.action, { method: "POST", body: new FormData(drop) });
        if (answer.redirected) {
          location.assign(answer.url);
          return;
        }
        show(await answer.text());
      } catch {
        const there = await fetch("/keys").then(() => true, () => false);
        say(there ? "changed" : "closed");
      }
      drop.removeAttribute("aria-busy");
    }

    // What was refused is said on this page, and what was typed stays.
    function show(page) {
      const told = new DOMParser().parseFromString(page, "text/html").querySelector("[role=alert] p");
      say("", told ? told.textContent : "");
    }
  }

  function say(kind, text) {
    const says = find("#says");
    says.textContent = kind ? says.dataset[kind] : text;
    says.hidden = false;
    says.tabIndex = -1;
    (drop || find("main .frame")).prepend(says);
    says.focus();
  }

  // How far a long report is read.
  const bar = find("#reading");
  if (bar) {
    const look = async () => {
      try {
        const state = await (await fetch(`${location.pathname}/state`)).json();
        if (state.ended) {
          location.reload();
          return;
        }
        if (state.total) {
          bar.max = state.total;
          bar.value = state.done;
          find("[data-count]").textContent = `${state.done} / ${state.total}`;
        }
        setTimeout(look, 300);
      } catch {
        say("closed");
      }
    };
    look();
  }

  // A page that was left open shows what was decided elsewhere as soon as it is looked at again.
  const state = find("[data-stamp]");
  if (state) {
    const look = async () => {
      if (document.hidden || typing(document.activeElement)) return;
      try {
        const told = await (await fetch(`/draft/${state.dataset.draft}/stamp`)).json();
        if (told.stamp && told.stamp !== state.dataset.stamp) location.reload();
      } catch {
        say("closed");
      }
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", look);
  }

  // The chart is drawn anew as soon as something is chosen; an alternative text that was made is not taken for one's own.
  all("form[data-auto]").forEach((form) => {
    const alt = form.elements.alt;
    const unmade = () => {
      if (alt && alt.dataset.made && alt.value === alt.defaultValue) alt.disabled = true;
    };
    form.addEventListener("submit", unmade);
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=radio]")) form.requestSubmit();
    });
  });

  all("[data-copies]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const box = button.closest("details, .copy");
      navigator.clipboard.writeText(all("[data-copy]", box).map((one) => one.textContent).join("\n"));
    });
  });

  // On a phone the fields of a row are folded away, so that the text is seen above them.
  if (matchMedia("(max-width: 59.99rem)").matches) all("details.fields").forEach((one) => { one.open = false; });
  const current = find(".mk[aria-current]");
  if (current) {
    const box = current.getBoundingClientRect();
    const foot = matchMedia("(max-width: 59.99rem)").matches ? innerHeight * 0.4 : innerHeight;
    if (box.top < 0 || box.bottom > foot) current.scrollIntoView({ block: innerHeight === foot ? "center" : "start" });
  }
  const first = find("main [role=alert]") || ((location.hash === "#row" || !location.search) && find("#row"));
  if (first) first.focus({ preventScroll: first.id === "row" });
})();
