// Opened from a folder, a page may not read the others to quote them; the results work without.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
