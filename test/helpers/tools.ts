import { spawnSync } from 'node:child_process';

/** For `test`'s `skip`: false where the tool is there, otherwise why the test does not run. */
export function missing(tool: string): string | false {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  return error ? `${tool} is not installed` : false;
}
