// Brings the page to life.
import { startPage } from "./main.js";

/** The engine: the build prints it here, from the package's rules. */
const desk = {};
const place = document.querySelector(".desk");
const page = document.querySelector("script.desk-page");
if (place && page) startPage(place, JSON.parse(page.textContent), desk);
