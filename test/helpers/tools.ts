import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** For `test`'s `skip`: false where the tool is there, otherwise why the test does not run. */
export function missing(tool: string): string | false {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  return error ? `${tool} is not installed` : false;
}

/** What it prints, as it is read by a program: an error is its text, and null is nothing. */
export async function redisCli(port: number, ...words: string[]): Promise<string> {
  return (await run('redis-cli', ['-p', String(port), ...words])).stdout.trim();
}
