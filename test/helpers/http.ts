/** HTTP requests by `curl`. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface HttpReply {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
}

/** Runs `curl` with these words. */
export async function curl(...words: string[]): Promise<HttpReply> {
  const args = ['-s', '-w', '\n%{http_code}', ...words];
  // curl fails when there is no answer, also behind a redirection.
  const { stdout } = await run('curl', args).catch(() => ({ stdout: '\n0' }));
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}
