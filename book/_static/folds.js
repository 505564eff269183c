// Opens or folds all code of a lesson that carries no idea, and remembers the choice in this browser alone.
(() => {
  "use strict";
  const KEY = "inverse-futures-code";
  const CHOICES = ["ideas", "all"];
  const folds = document.querySelectorAll("article details.hide");
  const first = document.querySelector("article .cell_input");
  if (!folds.length) return;

  const chosen = () => (localStorage.getItem(KEY) === "all" ? "all" : "ideas");

  function keep(choice) {
    try {
      if (choice === "all") localStorage.setItem(KEY, choice);
      else localStorage.removeItem(KEY);
    } catch (problem) {
      if (!(problem instanceof DOMException)) throw problem; // full: then it holds for this page
    }
  }

  const group = document.createElement("div");
  group.className = "code-switch";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Code");
  group.append("Code: ");
  const buttons = CHOICES.map((choice) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice;
    button.addEventListener("click", () => {
      keep(choice);
      show(choice);
    });
    group.append(button);
    return button;
  });
  const cell = first.closest(".cell");
  cell.prepend(group);

  function show(choice) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === choice));
    for (const fold of folds) fold.open = choice === "all";
  }

  show(chosen());
  addEventListener("storage", (event) => event.key === KEY && show(chosen()));
})();
