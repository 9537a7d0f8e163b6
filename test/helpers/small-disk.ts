import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory; false where that is not permitted. */
export function mount(...args: string[]): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', ...args], { stdio: 'ignore' }).status === 0;
}

/** For `test`'s `skip`: false where a file system can be mounted, otherwise why it can't. */
export function cannotMount(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'leto-mount-'));
  const isMounted = mount('-o', 'size=1m', 'tmpfs', folder);
  if (isMounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return isMounted ? false : 'mounting a small tmpfs is not permitted here';
}
