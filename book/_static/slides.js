// A deck: one slide at a time on a stage that is scaled to the window, an overview, notes, and a presenter's window.
(() => {
  "use strict";
  const WIDTH = 1280; // of the stage, in its own pixels
  const HEIGHT = 720;
  const NARROW = 700; // below it the slides are read one after the other
  const FIELDS = "input, select, textarea, [contenteditable]";
  const OWN_KEYS = { " ": "button, summary, a", Enter: "button, summary, a" };
  const root = document.documentElement;
  const presenter = new URLSearchParams(location.search).has("presenter");

  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const mode = stored("mode") || "auto";
  const paint = () => (root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode);
  paint();
  dark.addEventListener("change", paint);
  root.classList.add("deck");
  root.classList.toggle("presenter", presenter);

  addEventListener("DOMContentLoaded", () => {
    const slides = [...document.querySelectorAll(".slide")];
    const minutes = slides.map((slide) => Number(slide.dataset.minutes));
    const total = minutes.reduce((sum, each) => sum + each, 0);
    const bodies = slides.map((slide) => slide.querySelector(".slide-body"));
    let at = 0;
    let other = presenter ? window.opener : null; // the window with the slides, or the one with the notes

    /** The slide that the address names: by its number, or by a widget whose state it holds. */
    function named() {
      const slide = /^#s(\d+)$/.exec(location.hash);
      if (slide) return Number(slide[1]) - 1;
      const widget = /^#w(\d+)=/.exec(location.hash);
      const figure = widget && document.querySelectorAll("figure.if-explorer")[widget[1] - 1];
      return figure ? slides.indexOf(figure.closest(".slide")) : -1;
    }

    function show(place, told = false) {
      at = Math.max(0, Math.min(slides.length - 1, place));
      slides.forEach((slide, i) => {
        slide.classList.toggle("current", i === at);
        slide.classList.toggle("next", i === at + 1);
      });
      number.textContent = `${at + 1} of ${slides.length}`;
      back.disabled = at === 0;
      next.disabled = at === slides.length - 1;
      tick();
      if (!told) other?.postMessage({ deck: location.pathname, at }, "*");
    }

    function turn(place) {
      const within = document.activeElement?.closest?.(".slide");
      show(place);
      try {
        history.replaceState(null, "", `#s${at + 1}`);
      } catch {
        // Browsers limit how often a page may do this. Then the address waits for the next slide.
      }
      if (within || document.activeElement === document.body) slides[at].focus({ preventScroll: true });
    }

    function overview(wanted = !root.classList.contains("overview")) {
      if (presenter) return;
      root.classList.toggle("overview", wanted);
      grid.setAttribute("aria-pressed", String(wanted));
      for (const body of bodies) body.inert = wanted;
      const link = slides[at].querySelector(".slide-number");
      if (wanted) link.focus();
      else slides[at].focus({ preventScroll: true });
      slides[at].scrollIntoView({ block: "nearest" });
    }

    function notes() {
      if (!presenter) remarks.setAttribute("aria-pressed", String(root.classList.toggle("with-notes")));
      fit();
    }

    function present() {
      if (presenter) return;
      const address = `${location.href.replace(/[?#].*$/, "")}?presenter#s${at + 1}`;
      other = window.open(address, "presenter", "width=1180,height=720");
      if (!other) notes(); // a window that the browser did not allow
    }

    function fullScreen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen?.();
    }

    function fit() {
      const low = root.classList.contains("with-notes") ? 0.68 : 1;
      const scale = Math.min(innerWidth / WIDTH, (low * innerHeight) / HEIGHT);
      root.style.setProperty("--scale", presenter ? 1 : scale);
      root.classList.toggle("deck", innerWidth >= NARROW || presenter);
    }

    // The bar below the slides.
    const bar = document.createElement("nav");
    bar.className = "slide-bar";
    bar.setAttribute("aria-label", "Slides");
    function button(text, hint, press) {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.title = hint;
      made.addEventListener("click", press);
      bar.append(made);
      return made;
    }
    const back = button("Back", "Left arrow, or page up", () => turn(at - 1));
    const number = document.createElement("output");
    bar.append(number);
    const next = button("Next", "Right arrow, space, or page down", () => turn(at + 1));
    const grid = button("Overview", "Escape, or O", () => overview());
    const remarks = button("Notes", "N", notes);
    button("Presenter", "P: a second window with notes and clock", present);
    button("Full screen", "F", fullScreen);
    for (const toggle of [grid, remarks]) toggle.setAttribute("aria-pressed", "false");

    // The presenter's clock: the time of day, how long it has been, and where the plan is.
    const clock = document.createElement("div");
    clock.className = "slide-clock";
    clock.setAttribute("role", "timer");
    let start = Date.now();
    const sum = (end) => minutes.slice(0, end).reduce((whole, each) => whole + each, 0);
    const two = (value) => String(Math.floor(value)).padStart(2, "0");
    const written = (seconds) => `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;

    function tick() {
      if (!presenter) return;
      const now = new Date();
      const gone = Math.max(0, (now - start) / 1000);
      const late = gone / 60 - sum(at + 1);
      time.textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
      spent.textContent = `${written(gone)} of ${total}:00`;
      planned.textContent = `plan: this slide until ${written(60 * sum(at + 1))}${late > 1 ? `, ${Math.floor(late)} min late` : ""}`;
    }
    const [time, spent, planned] = ["time", "spent", "planned"].map((name) => {
      const made = document.createElement("span");
      made.className = `slide-${name}`;
      clock.append(made);
      return made;
    });
    if (presenter) {
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = "Start the clock again";
      again.addEventListener("click", () => {
        start = Date.now();
        tick();
      });
      clock.append(again);
      document.body.prepend(clock);
      for (const body of bodies) body.inert = true;
      for (const idle of [grid, remarks, ...bar.querySelectorAll("button[title^=P], button[title=F]")]) idle.remove();
      setInterval(tick, 1000);
    }
    document.body.append(bar);

    const KEYS = {
      ArrowRight: () => turn(at + 1),
      ArrowDown: () => turn(at + 1),
      PageDown: () => turn(at + 1),
      ArrowLeft: () => turn(at - 1),
      ArrowUp: () => turn(at - 1),
      PageUp: () => turn(at - 1),
      Home: () => turn(0),
      End: () => turn(slides.length - 1),
      " ": (event) => turn(at + (event.shiftKey ? -1 : 1)),
      Escape: () => overview(),
      o: () => overview(),
      n: notes,
      p: present,
      f: fullScreen,
    };

    // A slider keeps its arrows. The page keys turn the slides all the same, because a presenter's remote sends them.
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (!root.classList.contains("deck")) return;
      const inField = event.target.closest?.(FIELDS);
      if (inField && event.key === "Escape") {
        event.preventDefault();
        slides[at].focus({ preventScroll: true });
        return;
      }
      if (inField && !event.key.startsWith("Page")) return;
      if (event.target.closest?.(OWN_KEYS[event.key] ?? "nothing")) return;
      if (root.classList.contains("overview") && !["Escape", "o"].includes(event.key)) return;
      const act = KEYS[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    });

    addEventListener("click", (event) => {
      const link = event.target.closest?.(".slide-number");
      if (!link) return;
      event.preventDefault();
      turn(slides.indexOf(link.closest(".slide")));
      if (root.classList.contains("overview")) overview(false);
    });
    addEventListener("hashchange", () => named() >= 0 && show(named()));
    // Not a broadcast, which needs an origin in common, and pages from a folder have none.
    addEventListener("message", (event) => {
      if (event.data?.deck !== location.pathname || !Number.isInteger(event.data.at)) return;
      other = event.source;
      show(event.data.at, true);
    });
    addEventListener("resize", fit);
    fit();
    show(Math.max(0, named()));
  });
})();
