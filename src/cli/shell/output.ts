import { LetoError } from '../../base/index.js';

/** Everything that the program says goes through here. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Who read what we say has gone, as in `leto-cluster events -f | head`. */
export function onBrokenPipe(react: () => void): void {
  process.stdout
    .removeAllListeners('error')
    .once('error', react)
    .on('error', () => {});
}

export function printJson(document: unknown): void {
  print(JSON.stringify(document));
}

type Program = 'leto-cluster' | 'leto';

/** One line: what is wrong, and what to do. */
export function printError(message: string, program: Program = 'leto-cluster'): void {
  process.stderr.write(`${program}: ${message.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`);
}

/** An error that nobody expected keeps its stack, for whoever has to mend it. */
export function reportError(error: unknown, program: Program = 'leto-cluster'): void {
  if (error instanceof LetoError) printError(error.message, program);
  else process.stderr.write(`${program}: ${error instanceof Error ? error.stack : error}\n`);
}

/** One line on a terminal that is written over; nothing where stderr is none. */
export function showProgress(): { show(text: string): void; end(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  const show = (text: string) => process.stderr.write(`\r\x1b[K${text}`);
  return { show, end: () => show('') };
}
