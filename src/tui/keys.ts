/** What ink's `useInput` tells of a key; only what matters here. */
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
  // What most terminals send for Backspace, ink calls delete.
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

/** As many chars at once are text: a command that is pasted. More is none that anybody types. */
const charsAtOnceMax = 4096;

/** The names of keys: a char is its own. One read may hold several, when they come fast. */
export function keyNames(input: string, press: KeyPress): string[] {
  const special = namesOfPresses.find(([field]) => press[field]);
  if (special) return [special[1]];
  if (press.tab) return [press.shift ? 'Shift-Tab' : 'Tab'];
  if (press.ctrl) return [controlName(input)];
  const names = [...input.slice(0, charsAtOnceMax)].map(charName);
  // A terminal sends Alt with a key as Esc and the key.
  return press.escape || press.meta ? ['Esc', ...names] : names;
}

/** A key that stands for a char of a text. */
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
