/** Programs that some tests need: which are missing, and how redis-cli is run. */

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** For `test`'s `skip`: false when the tool is installed, otherwise the reason to skip. */
export function missing(tool: string): string | false {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  return error ? `${tool} is not installed` : false;
}

/** Returns what redis-cli prints without a terminal: errors as text, null as an empty line. */
export async function redisCli(port: number, ...words: string[]): Promise<string> {
  return (await run('redis-cli', ['-p', String(port), ...words])).stdout.trim();
}
