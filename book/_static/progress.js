// Remembers in this browser alone which lessons and exercises a reader has finished. Where the browser keeps
// nothing, or without this script, nothing of it is on the page.
(() => {
  "use strict";
  const KEY = "inverse-futures-finished";
  const KINDS = {
    lessons: { said: "I have finished this lesson", counted: "lessons" },
    exercises: { said: "I have solved these exercises", counted: "exercise sets" },
  };

  /** The kind and the name of a page. Without its number, so that a new lesson before it changes nothing. */
  function pageOf(address) {
    const found = new URL(address).pathname.match(/\/(lessons|exercises)\/\d+_(\w+)(\.html)?$/);
    return found && { kind: found[1], key: `${found[1]}/${found[2]}` };
  }

  function load() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return new Set(Array.isArray(kept) ? kept : []);
    } catch (problem) {
      if (problem instanceof SyntaxError) return new Set(); // not what this script has written
      throw problem;
    }
  }

  function save(finished) {
    if (finished.size) localStorage.setItem(KEY, JSON.stringify([...finished].sort()));
    else localStorage.removeItem(KEY);
  }

  function add(parent, tag, properties = {}) {
    const node = Object.assign(document.createElement(tag), properties);
    parent.append(node);
    return node;
  }

  /** The lessons and exercises in the contents at the side, in their order. */
  function listed() {
    return [...document.querySelectorAll("nav.bd-links a")]
      .map((link) => ({ link, title: link.textContent.trim(), ...pageOf(link.href) }))
      .filter((page) => page.key);
  }

  function sentence(pages, finished) {
    const counts = Object.entries(KINDS).map(([kind, { counted }]) => {
      const all = pages.filter((page) => page.kind === kind);
      return { done: all.filter((page) => finished.has(page.key)).length, all: all.length, counted };
    });
    const [lessons, exercises] = counts.map(({ done, all, counted }) => `${done} of ${all} ${counted}`);
    return `${lessons}${counts[1].done ? ` and ${exercises}` : ""} finished.`;
  }

  function start() {
    const here = pageOf(location.href);
    const pages = listed();
    let finished = load();

    const place = document.querySelector("article .course-progress");
    const end = here && document.querySelector("article");
    let box, words, status;
    if (end) {
      const panel = add(end, "div", { className: "lesson-progress" });
      const label = add(panel, "label");
      box = add(label, "input", { type: "checkbox" });
      label.append(` ${KINDS[here.kind].said}`);
      add(panel, "p", { textContent: "Only this browser remembers it." });
      status = add(panel, "p");
      box.addEventListener("change", () => {
        finished = load(); // another tab may have written since
        finished[box.checked ? "add" : "delete"](here.key);
        keep();
      });
    } else if (place) {
      status = add(place, "p");
    }
    status?.setAttribute("role", "status");

    function keep() {
      save(finished);
      show();
    }

    function show() {
      for (const { link, key } of pages) {
        link.querySelector(".progress-tick")?.remove();
        if (!finished.has(key)) continue;
        const tick = add(link, "span", { className: "progress-tick", textContent: "✓" });
        tick.setAttribute("role", "img");
        tick.setAttribute("aria-label", "finished");
      }
      if (box) box.checked = finished.has(here.key);
      if (!status) return;
      status.textContent = "";
      const known = pages.filter((page) => finished.has(page.key));
      if (!known.length) return;
      status.append(sentence(pages, finished));
      const next = pages.find((page) => page.kind === "lessons" && !finished.has(page.key));
      if (next) {
        status.append(" Next: ");
        add(status, "a", { href: next.link.href, textContent: next.title });
      }
      if (place && !end) {
        const clear = add(status, "button", { type: "button", textContent: "Clear" });
        clear.addEventListener("click", () => {
          finished.clear();
          keep();
        });
      }
    }

    const refresh = () => {
      finished = load();
      show();
    };
    show();
    addEventListener("storage", refresh);
    addEventListener("pageshow", (event) => event.persisted && refresh()); // the page as it was left
  }

  try {
    start();
  } catch (problem) {
    document.querySelectorAll(".lesson-progress, .course-progress, .progress-tick").forEach((node) => node.remove());
  }
})();
