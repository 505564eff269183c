// Puts the age of each fact beside its date: the page is built once, and read on any day.
import { ageInWords, isOld } from "./ages.js";

const OLD = "‡";

function mark(place, today) {
  const seen = place.dataset.seen;
  const old = isOld(seen, today) ? OLD : "";
  const link = place.closest("a");
  if (link) {
    link.title += `; ${ageInWords(seen, today)}`;
    place.append(old);
  } else {
    const age = document.createElement("span");
    age.className = "fact-age";
    age.textContent = ` (${ageInWords(seen, today)})${old}`;
    place.after(age);
  }
}

const today = new Date();
for (const place of document.querySelectorAll("[data-seen]")) mark(place, today);
