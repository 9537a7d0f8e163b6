/** A small disk for tests that fill it. Needs the right to mount. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts a file system in memory; returns false when that is not permitted. */
export function mount(...args: string[]): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', ...args], { stdio: 'ignore' }).status === 0;
}

/** For `test`'s `skip`: false when a file system can be mounted, otherwise the reason to skip. */
export function cannotMount(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'leto-mount-'));
  const isMounted = mount('-o', 'size=1m', 'tmpfs', folder);
  if (isMounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return isMounted ? false : 'mounting a small tmpfs is not permitted here';
}
