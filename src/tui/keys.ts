/** Names of the keys that a terminal sends, as key-bindings.ts uses them. */

/** The part of the key object of ink's `useInput` that is used here. */
export interface KeyPress {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const namesOfPresses: readonly (readonly [keyof KeyPress, name: string])[] = [
  ['upArrow', '↑'],
  ['downArrow', '↓'],
  ['leftArrow', '←'],
  ['rightArrow', '→'],
  ['pageUp', 'PageUp'],
  ['pageDown', 'PageDown'],
  ['home', 'Home'],
  ['end', 'End'],
  ['return', 'Enter'],
  ['backspace', 'Backspace'],
  // Most terminals send for Backspace what ink calls delete.
  ['delete', 'Backspace'],
];

const namesOfControls: Readonly<Record<string, string>> = {
  '\r': 'Enter',
  '\n': 'Enter',
  '\t': 'Tab',
  '\b': 'Backspace',
  '\x7f': 'Backspace',
  '\x1b': 'Esc',
};

/** The maximum number of characters of one read. A pasted command fits; the rest is ignored. */
const charsAtOnceMax = 4096;

/**
 * Returns the names of the keys in one read, which may hold several. A character is its own name;
 * others are named `Enter`, `Esc`, `↑`, `Ctrl-C` and so on.
 */
export function keyNames(input: string, press: KeyPress): string[] {
  const special = namesOfPresses.find(([field]) => press[field]);
  if (special) return [special[1]];
  if (press.tab) return [press.shift ? 'Shift-Tab' : 'Tab'];
  if (press.ctrl) return [controlName(input)];
  const names = [...input.slice(0, charsAtOnceMax)].map(charName);
  // A terminal sends Alt with a key as Esc and the key.
  return press.escape || press.meta ? ['Esc', ...names] : names;
}

/** True for keys that type a character into a prompt. */
export function isChar(key: string): boolean {
  return [...key].length === 1 && !'↑↓←→'.includes(key);
}

function charName(char: string): string {
  const known = namesOfControls[char];
  if (known !== undefined) return known;
  const code = char.charCodeAt(0);
  return code < 32 ? controlName(String.fromCharCode(code + 64)) : char;
}

function controlName(letter: string): string {
  return `Ctrl-${letter.toUpperCase()}`;
}
