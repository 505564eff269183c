// The kinds of layers that a panel can show. Each file of `layers/` enters its own, and no other file names it.

/** @type {Map<string, MakeLayer>} */
const makers = new Map();

/**
 * Enter a kind of layer under the name that the spec uses.
 * @param {string} kind
 * @param {MakeLayer} make
 */
export const register = (kind, make) => void makers.set(kind, make);

/**
 * @param {string} kind
 * @param {Place} place
 * @param {any} spec
 * @param {Kit} kit
 * @returns {Layer}
 */
export function makeLayer(kind, place, spec, kit) {
  const make = makers.get(kind);
  if (!make) throw new Error(`there is no layer of the kind ${kind}`);
  return make(place, spec, kit);
}
