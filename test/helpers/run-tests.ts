/**
 * Runs the tests: `node dist/test/helpers/run-tests.js` runs all, with `fast` those of the pure
 * folders. The pure folders use no sockets, threads or files, so all tests of one folder share a
 * process: starting a process for each file takes longer than running it.
 */

import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testFilesIn, testFolders } from './import-tests.js';

const tests = join(dirname(fileURLToPath(import.meta.url)), '..');
const reporter = join(tests, 'helpers/reporter.js');

/** A hanging test fails after this long, in real milliseconds. */
const testMsMax = 480_000;
/** How many test files run at once. */
const filesAtOnce = 2;

const sharedProcesses = testFilesIn('fast');
const pureFolders = sharedProcesses.map((file) => file.replace(/\.test\.js$/, ''));

function chooseFiles(isFast: boolean): string[] {
  const shared = sharedProcesses.map((file) => join(tests, 'fast', file));
  if (isFast) return shared;
  const others = testFolders().filter(
    (folder) => folder !== 'fast' && !pureFolders.includes(folder),
  );
  const alone = others.flatMap((folder) =>
    testFilesIn(folder).map((file) => join(tests, folder, file)),
  );
  return [...shared, ...alone];
}

const child = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${filesAtOnce}`,
    `--test-timeout=${testMsMax}`,
    `--test-reporter=${reporter}`,
    ...chooseFiles(process.argv[2] === 'fast'),
  ],
  {
    stdio: 'inherit',
    // Reaches the processes that `--test` starts, and those that the tests start.
    env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  },
);
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
