// Notebooks run in the browser only when a web server sends them: a page that was opened from a folder may not
// read other files, so it does not offer what cannot work.
if (location.protocol === "file:") {
  for (const offer of document.querySelectorAll(".needs-server")) offer.hidden = true;
}
