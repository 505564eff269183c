// The theme's button for printing, whose own handler would be text in the page.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
