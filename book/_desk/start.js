// Brings the page to life; `desk` is the engine, which stands before this in the page's script.
import { startPage } from "./main.js";

const place = document.querySelector(".desk");
const page = document.querySelector("script.desk-page");
if (place && page) startPage(place, JSON.parse(page.textContent), desk);
