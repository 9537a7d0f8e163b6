import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface HttpReply {
  /** 0 where nobody answers. */
  readonly status: number;
  readonly body: string;
}

/** `curl` with those words, as a user types it. */
export async function curl(...words: string[]): Promise<HttpReply> {
  const args = ['-s', '-w', '\n%{http_code}', ...words];
  // It fails where nobody answers, be it behind a redirection.
  const { stdout } = await run('curl', args).catch(() => ({ stdout: '\n0' }));
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}
