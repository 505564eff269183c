// Makes a page fit for paper before the browser prints it, and puts it back afterwards.
(() => {
  "use strict";
  const WIDE = "article .pst-scrollable-table-container, article .if-ledger";
  const SHORT = 300; // CSS pixels: about 20 lines of code, which stay together
  let undo = [];

  function change(object, property, value) {
    const before = object[property];
    object[property] = value;
    undo.push(() => (object[property] = before));
  }

  function prepare() {
    change(document.documentElement.dataset, "theme", "light");
    for (const answer of document.querySelectorAll("article details:not(.hide)")) change(answer, "open", true);

    // Paper can't scroll, and a formula has no place to break: what is too wide gets smaller.
    const article = document.querySelector("article");
    if (!article) return;
    change(document.documentElement.style, "fontSize", "var(--paper-text)");
    change(article.style, "width", "var(--paper-column)");
    const boxes = [...document.querySelectorAll(WIDE)];
    const parts = boxes.map((box) => box.clientWidth / box.scrollWidth);
    const cells = [...document.querySelectorAll("article .cell_input")];
    const short = cells.filter((cell) => cell.offsetHeight < SHORT);
    for (const cell of short) change(cell.style, "breakInside", "avoid");
    boxes.forEach((box, i) => parts[i] < 1 && change(box.firstElementChild.style, "zoom", parts[i]));
    article.style.width = "";
  }

  function restore() {
    for (const step of undo.reverse()) step();
    undo = [];
  }

  addEventListener("beforeprint", prepare);
  addEventListener("afterprint", restore);
})();
