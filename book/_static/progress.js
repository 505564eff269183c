// Remembers in this browser alone which lessons and exercises a reader has finished, and says so where the browser
// keeps nothing. Without this script nothing of it is on the page.
(() => {
  "use strict";
  const KEY = "inverse-futures-finished";
  const KEPT = "Only this browser remembers it.";
  const LOST = "This browser keeps nothing for this site, so the tick is gone when you leave the page.";
  const TICKED = "nav.bd-links a, .lesson-tabs a, .map-title a";
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

  /** Store what is finished and return whether it will be there on the next page. */
  function save(finished) {
    try {
      if (finished.size) localStorage.setItem(KEY, JSON.stringify([...finished].sort()));
      else localStorage.removeItem(KEY);
    } catch (problem) {
      if (!(problem instanceof DOMException)) throw problem;
      return false; // full
    }
    return isKept();
  }

  /** Where the browser denies its storage, each page has one of its own in its place: storage.js. */
  const isKept = () => localStorage instanceof Storage;

  function add(parent, tag, properties = {}) {
    const node = Object.assign(document.createElement(tag), properties);
    parent.append(node);
    return node;
  }

  /** The lessons in the contents at the side, in their order, each with the exercises that it has. */
  function listed() {
    return [...document.querySelectorAll("nav.bd-links a")].flatMap((link) => {
      const page = pageOf(link.href);
      if (page?.kind !== "lessons") return [];
      const exercises = { kind: "exercises", key: page.key.replace("lessons", "exercises") };
      return [{ ...page, link, title: link.textContent.trim() }, ...("exercises" in link.dataset ? [exercises] : [])];
    });
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
    const onward = place?.closest(".door")?.querySelector("a"); // the first page's way to the first lesson
    const first = { href: onward?.href, text: onward?.textContent };
    let box, note, status, clear;

    if (article && here) {
      const panel = add(article, "div", { className: "lesson-progress" });
      const label = add(panel, "label");
      box = add(label, "input", { type: "checkbox" });
      label.append(KINDS[here.kind].said);
      note = add(panel, "p", { textContent: isKept() ? KEPT : LOST });
      status = add(panel, "p", { role: "status" });
      box.addEventListener("change", () => {
        finished = load(); // another tab may have written since
        finished[box.checked ? "add" : "delete"](here.key);
        note.textContent = save(finished) ? KEPT : LOST;
        show();
      });
    } else if (place) {
      status = add(place, "p", { role: "status", tabIndex: -1 });
      clear = add(place, "button", { type: "button", textContent: "Clear my progress" });
      clear.addEventListener("click", () => {
        finished.clear();
        save(finished);
        show();
        status.textContent = "Your progress is cleared.";
        status.focus(); // the button that had it is gone
      });
    }

    function show() {
      for (const link of document.querySelectorAll(TICKED)) {
        link.querySelector(".progress-tick")?.remove();
        if (finished.has(pageOf(link.href)?.key)) {
          add(link, "span", { className: "progress-tick", textContent: "✓", role: "img", ariaLabel: "finished" });
        }
      }
      if (box) box.checked = finished.has(here.key);
      if (!status) return;
      const any = pages.some((page) => finished.has(page.key));
      if (clear) clear.hidden = !any;
      status.textContent = any ? sentence(pages, finished) : "";
      const next = pages.find((page) => page.kind === "lessons" && !finished.has(page.key));
      if (onward) {
        onward.href = any && next ? next.link.href : first.href;
        onward.textContent = any && next ? `Continue with ${next.title}` : first.text;
      } else if (any && next) {
        status.append(" Next: ");
        add(status, "a", { href: next.link.href, textContent: next.title });
      }
    }

    const refresh = () => {
      finished = load();
      show();
    };
    show();
    addEventListener("storage", refresh);
    addEventListener("pageshow", (event) => event.persisted && refresh()); // shown again as it was left
  }

  start();
})();
