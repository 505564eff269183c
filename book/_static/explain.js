// Says what a symbol or a term means: beside it under the mouse and under a finger, and for a whole formula or a term
// with the keyboard's focus. What is said stands in the page's template.
(() => {
  "use strict";
  const store = document.querySelector("template.explanations");
  if (!store) return;
  const SHOW_AFTER = 250; // ms: a mouse that only passes by shows nothing
  const HIDE_AFTER = 250; // and one that moves over to the text may read it
  const MARGIN = 12; // CSS pixels to the edges of the window
  const article = document.querySelector("article");
  const said = new Map([...store.content.children].map((entry) => [entry.dataset.for, entry]));

  const tip = document.createElement("div");
  tip.className = "explanation";
  tip.id = "explanation";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  article.append(tip); // within the page's landmark
  article.classList.add("explains");

  let owner = null; // what is explained now
  let timer = 0;
  let touch = false;

  /** The keys of what an element explains: one for a symbol or a term, more for a formula. */
  function keysOf(element) {
    if (element.matches("a.term")) return [element.hash.slice(1)];
    if (element.dataset.symbol) return [element.dataset.symbol];
    return [...new Set([...element.querySelectorAll("[data-symbol]")].map((symbol) => symbol.dataset.symbol))];
  }

  function show(element) {
    clearTimeout(timer);
    if (owner === element) return;
    hide();
    owner = element;
    tip.replaceChildren(...keysOf(element).map((key) => said.get(key)?.cloneNode(true) ?? ""));
    tip.hidden = false;
    place(element.getBoundingClientRect());
    if (element.tabIndex >= 0) element.setAttribute("aria-describedby", tip.id);
  }

  /** Below what is explained, or above it where there is no room, and never beyond the window's edges. */
  function place(around) {
    tip.style.left = tip.style.top = "0"; // at its full width
    const { x, y, width, height } = tip.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.max(MARGIN, Math.min(around.left, clientWidth - width - MARGIN));
    const below = around.bottom + 6;
    const top = below + height > clientHeight && around.top - height - 6 > 0 ? around.top - height - 6 : below;
    tip.style.left = `${left - x}px`;
    tip.style.top = `${top - y}px`;
  }

  function hide() {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }

  const soon = (action, after) => {
    clearTimeout(timer);
    timer = setTimeout(action, after);
  };
  const explained = (event) => event.target.closest?.("article [data-symbol], article a.term");

  article.addEventListener("pointerover", (event) => {
    const element = explained(event);
    if (element && event.pointerType === "mouse") soon(() => show(element), SHOW_AFTER);
  });
  article.addEventListener("pointerout", (event) => {
    if (explained(event) && event.pointerType === "mouse") soon(hide, HIDE_AFTER);
  });
  tip.addEventListener("pointerenter", () => clearTimeout(timer));
  tip.addEventListener("pointerleave", () => soon(hide, HIDE_AFTER));

  // A finger's first tap explains a term, and its second follows the link.
  addEventListener("pointerdown", (event) => {
    touch = event.pointerType !== "mouse";
    if (!tip.contains(event.target) && explained(event) !== owner) hide();
  });
  article.addEventListener("click", (event) => {
    const element = explained(event);
    if (!element || (element.matches("a.term") && (!touch || owner === element))) return;
    event.preventDefault();
    show(element);
  });

  // A formula is one stop of the keyboard, whatever the number of its symbols.
  for (const formula of article.querySelectorAll("div.math math")) {
    if (formula.querySelector("[data-symbol]")) formula.tabIndex = 0;
  }
  article.addEventListener("focusin", ({ target }) => {
    if (!touch && target.matches("a.term, math") && target.matches(":focus-visible")) show(target);
  });
  article.addEventListener("focusout", ({ target }) => target === owner && hide());
  addEventListener("keydown", (event) => {
    touch = false;
    if (event.key === "Escape") hide();
  });
  addEventListener("resize", hide);
})();
