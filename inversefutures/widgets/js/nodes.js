// Nodes of the page, and lists of them that grow and shrink with what they show.

/**
 * @template {Element} T
 * @param {T} node
 * @param {Record<string, string | number>} attributes
 * @returns {T}
 */
export function set(node, attributes) {
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
}

/**
 * Sphinx marks the words that a reader searched for, and its marks would stay behind when a label moves; its own word
 * for "leave this alone" is a class of the node that holds the text.
 * @param {Element} node
 */
const unmarked = (node) => node.classList.add("nohighlight");

/**
 * @param {Element} parent
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {string} [text]
 * @returns {any} the new element
 */
export function html(parent, tag, attributes = {}, text = "") {
  const node = set(document.createElement(tag), attributes);
  unmarked(node);
  if (text) node.textContent = text;
  // JupyterLab would take the arrow keys for its own shortcuts.
  if (["input", "button", "select", "summary"].includes(tag)) node.setAttribute("data-lm-suppress-shortcuts", "true");
  parent.append(node);
  return node;
}

/**
 * @param {Element} parent
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @returns {any} the new element
 */
export function svg(parent, tag, attributes = {}) {
  const node = set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  if (tag === "text") unmarked(node);
  parent.append(node);
  return node;
}

/**
 * A list of nodes that grows when needed and hides what is left over.
 * @template T
 * @param {() => Element[]} make the nodes of one item
 * @returns {(items: T[], update: (nodes: any[], item: T) => void) => void}
 */
export function makePool(make) {
  const nodes = [];
  return (items, update) => {
    while (nodes.length < items.length) nodes.push(make());
    nodes.forEach((node, i) => {
      const used = i < items.length;
      for (const part of node) part.style.display = used ? "" : "none";
      if (used) update(node, items[i]);
    });
  };
}
