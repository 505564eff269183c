// Marks the words that a reader has searched for. It stands in the place of Sphinx's script of this name, whose marks
// go into pictures too: there they are drawn once, stay behind when a widget moves, and for some words end in an error.
"use strict";

const SPHINX_HIGHLIGHT_ENABLED = true; // the search asks for it, and for `_highlightText`

/** Wrap each occurrence of a word within an element; widgets, pictures and formulas stay as they are. */
const _highlightText = (root, word, className) => {
  const keep = `.if-explorer, svg, math, script, style, noscript, button, select, textarea, .nohighlight, .${className}`;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return node.matches(keep) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  const wanted = new RegExp(word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "iu");
  for (const text of texts) {
    for (let rest = text, found; (found = wanted.exec(rest.data)); ) {
      const part = rest.splitText(found.index);
      rest = part.splitText(found[0].length);
      const mark = document.createElement("span");
      mark.className = className;
      part.replaceWith(mark);
      mark.append(part);
    }
  }
};

const SphinxHighlight = {
  highlightSearchWords: () => {
    const address = new URL(location);
    const words = localStorage.getItem("sphinx_highlight_terms") || address.searchParams.get("highlight") || "";
    localStorage.removeItem("sphinx_highlight_terms");
    if (address.searchParams.has("highlight")) {
      address.searchParams.delete("highlight");
      history.replaceState({}, "", address);
    }
    const body = document.querySelector("div.body") ?? document.body;
    for (const word of new Set(words.toLowerCase().split(/\s+/))) if (word) _highlightText(body, word, "highlighted");
  },

  hideSearchWords: () => {
    for (const mark of document.querySelectorAll("span.highlighted")) mark.classList.remove("highlighted");
    localStorage.removeItem("sphinx_highlight_terms");
  },
};

addEventListener("DOMContentLoaded", () => {
  // The search page would mark the words of the search before.
  if (typeof Search === "undefined") SphinxHighlight.highlightSearchWords();
  if (!DOCUMENTATION_OPTIONS.ENABLE_SEARCH_SHORTCUTS) return;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!document.activeElement.matches("input, select, textarea, button")) SphinxHighlight.hideSearchWords();
  });
});
