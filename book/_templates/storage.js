{#- Where a reader lets no site keep anything, or nothing more fits, the browser throws when a script stores something,
    or at the very name of the storage. Then what is stored lasts as long as the page, and each script goes on. -#}
for (const name of ["localStorage", "sessionStorage"]) {
  let kept = [];
  try {
    const storage = window[name];
    kept = Object.entries(storage);
    storage.setItem("storage-works", "");
    storage.removeItem("storage-works");
  } catch {
    const items = new Map(kept);
    const value = {
      get length() { return items.size; },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(String(key)) ?? null,
      setItem: (key, item) => { items.set(String(key), String(item)); },
      removeItem: (key) => { items.delete(String(key)); },
      clear: () => items.clear(),
    };
    Object.defineProperty(window, name, { value, configurable: true });
  }
}
