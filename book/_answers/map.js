// Says on the map of the course how many exercises of each lesson are solved.
import { solvedOf } from "./records.js";

function show() {
  for (const place of document.querySelectorAll(".map-exercises")) {
    const records = place.dataset.records.split(" ");
    const solved = solvedOf(records);
    place.textContent = solved ? `${solved} of ${records.length} exercises solved` : `${records.length} exercises`;
  }
}

show();
addEventListener("storage", show); // written in another tab
addEventListener("pageshow", (event) => event.persisted && show());
