// The state of a page's widgets as a part of its address: #w1=leverage:3,entry_price:9000&w2=row:120. Pure.

const LONGEST = 4_000; // characters; what is longer was not written here
const NUMBER = /^-?\d{1,16}(\.\d{1,20})?(e[+-]?\d{1,3})?$/;

/**
 * Whether a control can stand at a value.
 * @param {ControlSpec} control
 * @param {number} value
 * @returns {boolean}
 */
export function allows(control, value) {
  if (control.kind === "choice") return control.options.some((option) => option[1] === value);
  return value >= control.minimum && value <= control.maximum;
}

/**
 * What an address says of each widget. Whatever is not exactly of this form, or not allowed, is passed over: an
 * address is typed, cut off and sent around, and no form of it may break a page.
 * @param {string} hash
 * @param {ControlSpec[][]} controls of each widget of the page
 * @returns {Record<string, number>[]} for each widget the values that the address gives
 */
export function parseState(hash, controls) {
  const states = controls.map(() => Object.create(null));
  if (hash.length > LONGEST) return states;
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [, place, items] = /^w(\d{1,3})=(.*)$/.exec(part) ?? [];
    if (!controls[place - 1]) continue;
    for (const item of items.split(",")) {
      const [name, text, ...more] = item.split(":");
      const control = controls[place - 1].find((each) => each.name === name);
      if (!control || more.length || !NUMBER.test(text ?? "")) continue;
      if (allows(control, Number(text))) states[place - 1][name] = Number(text);
    }
  }
  return states;
}

/**
 * The part of the address that says what differs from the defaults; empty where nothing does.
 * @param {Record<string, number>[]} states of each widget of the page
 * @param {ControlSpec[][]} controls
 * @returns {string}
 */
export function writeState(states, controls) {
  const parts = states.map((state, i) => {
    const moved = controls[i].filter(({ name, default: first }) => name in state && state[name] !== first);
    return moved.length ? `w${i + 1}=${moved.map(({ name }) => `${name}:${state[name]}`).join(",")}` : "";
  });
  const text = parts.filter(Boolean).join("&");
  return text && `#${text}`;
}
