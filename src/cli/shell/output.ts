/** How both programs write results, errors and progress to stdout and stderr. */

import { LetoError } from '../../base/index.js';

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Calls `react` once when the reader of stdout has gone, as in `leto-cluster events -f | head`. */
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

/** Writes one line to stderr; the message says what is wrong and what to do. */
export function printError(message: string, program: Program = 'leto-cluster'): void {
  process.stderr.write(`${program}: ${message.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`);
}

/** Writes a LetoError as one line, and any other error with its stack, since it is a bug. */
export function reportError(error: unknown, program: Program = 'leto-cluster'): void {
  if (error instanceof LetoError) printError(error.message, program);
  else process.stderr.write(`${program}: ${error instanceof Error ? error.stack : error}\n`);
}

/** Shows progress on one line of stderr that is overwritten; does nothing without a terminal. */
export function showProgress(): { show(text: string): void; end(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  const show = (text: string) => process.stderr.write(`\r\x1b[K${text}`);
  return { show, end: () => show('') };
}
