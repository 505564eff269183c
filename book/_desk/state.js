// What stands in the fields as a part of the page's address: #venue=Bybit&notional=25,000. Pure.

const LONGEST_ADDRESS = 12_000; // characters; a pasted message is the longest thing that is written here

/**
 * What an address says of the fields. Whatever is not of this form is passed over: an address is typed, cut off and
 * sent around, and no form of it may break a page.
 * @param {string} hash
 * @param {{name: string}[]} fields
 * @returns {Record<string, string>} without a prototype
 */
export function fromAddress(hash, fields) {
  const found = Object.create(null);
  if (hash.length > LONGEST_ADDRESS) return found;
  const names = new Set(fields.map(({ name }) => name));
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [, name, text] = /^(\w+)=(.*)$/s.exec(part) ?? [];
    if (!names.has(name)) continue;
    try {
      found[name] = decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      continue; // cut off in the middle of a letter
    }
  }
  return found;
}

/**
 * The part of the address that says what differs from the defaults; empty where nothing does.
 * @param {Record<string, string>} state
 * @param {{name: string, default: string}[]} fields
 */
export function toAddress(state, fields) {
  const plain = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%20/g, "+").replace(/%3A/g, ":").replace(/%2F/g, "/");
  const parts = fields
    .filter(({ name, default: first }) => state[name] !== undefined && state[name] !== first)
    .map(({ name }) => `${name}=${plain(state[name])}`);
  return parts.length ? `#${parts.join("&")}` : "";
}
