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
    const article = document.querySelector("article");
    const place = document.querySelector(".course-progress");
    const pages = listed();
    let finished = load();
    let box, status, clear;

    if (article && here) {
      const panel = add(article, "div", { className: "lesson-progress" });
      const label = add(panel, "label");
      box = add(label, "input", { type: "checkbox" });
      label.append(KINDS[here.kind].said);
      add(panel, "p", { textContent: "Only this browser remembers it." });
      status = add(panel, "p", { role: "status" });
      box.addEventListener("change", () => attempt(() => {
        finished = load(); // another tab may have written since
        finished[box.checked ? "add" : "delete"](here.key);
        save(finished);
        show();
      }));
    } else if (place) {
      status = add(place, "p", { role: "status", tabIndex: -1 });
      clear = add(place, "button", { type: "button", textContent: "Clear my progress" });
      clear.addEventListener("click", () => attempt(() => {
        finished.clear();
        save(finished);
        show();
        status.textContent = "Your progress is cleared.";
        status.focus(); // the button that had it is gone
      }));
    }

    function show() {
      for (const { link, key } of pages) {
        link.querySelector(".progress-tick")?.remove();
        if (finished.has(key)) {
          add(link, "span", { className: "progress-tick", textContent: "✓", role: "img", ariaLabel: "finished" });
        }
      }
      if (box) box.checked = finished.has(here.key);
      if (!status) return;
      const any = pages.some((page) => finished.has(page.key));
      if (clear) clear.hidden = !any;
      status.textContent = any ? sentence(pages, finished) : "";
      const next = pages.find((page) => page.kind === "lessons" && !finished.has(page.key));
      if (any && next) {
        status.append(" Next: ");
        add(status, "a", { href: next.link.href, textContent: next.title });
      }
    }

    const refresh = () => attempt(() => {
      finished = load();
      show();
    });
    show();
    addEventListener("storage", refresh);
    addEventListener("pageshow", (event) => event.persisted && refresh()); // shown again as it was left
  }

  /** Do something that needs the browser's storage; where it is denied, take everything off the page. */
  function attempt(step) {
    try {
      step();
    } catch (problem) {
      if (!(problem instanceof DOMException)) throw problem;
      document.querySelectorAll(".lesson-progress, .course-progress, .progress-tick").forEach((node) => node.remove());
    }
  }

  attempt(start);
})();
