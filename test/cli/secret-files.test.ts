/** The files of -secret-file and -password-file. */

import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readPassword, readSecret } from '../../src/cli/shell/secret-files.js';
import { temporaryFolder } from '../helpers/resources.js';

async function fileWith(t: TestContext, text: string, mode = 0o600): Promise<string> {
  const folder = temporaryFolder(t, 'secret');
  const file = join(folder, 'file');
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

const secret = 'sixteen letters.';

for (const text of [secret, `${secret}\n`, `\n  ${secret}\r\n\n`]) {
  test(`the secret in ${JSON.stringify(text)} is read without white space around it`, async (t) => {
    for (const mode of [0o600, 0o400]) {
      assert.equal(readSecret(await fileWith(t, text, mode), '-secret-file'), secret);
    }
  });
}

const refusals: readonly [what: string, text: string, mode: number, message: RegExp][] = [
  [
    'is too short',
    secret.slice(1),
    0o600,
    / holds fewer than 16 characters; make one with openssl /,
  ],
  ['is empty', ' \n', 0o600, / holds fewer than 16 characters/],
  ['the group can read', secret, 0o640, /other users of this machine; run chmod 600 /],
  ['everybody can read', secret, 0o644, /other users of this machine; run chmod 600 /],
];

for (const [what, text, mode, message] of refusals) {
  test(`a secret that ${what} is refused, and is not in the error`, async (t) => {
    const file = await fileWith(t, text, mode);
    assert.throws(
      () => readSecret(file, '-secret-file'),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`-secret-file ${file} `));
        return !error.message.includes('sixteen');
      },
    );
  });
}

test('a missing file, or a folder, is reported with its flag', () => {
  for (const [file, code] of [
    ['/nowhere/secret', 'ENOENT'],
    [tmpdir(), 'EISDIR'],
  ] as const) {
    const message = `-secret-file ${file} can't be read (${code})`;
    assert.throws(() => readSecret(file, '-secret-file'), { code: 'LETO_BAD_OPTION', message });
  }
});

test('a password is the unchanged first line; an empty first line is refused', async (t) => {
  assert.equal(readPassword(await fileWith(t, ' päss \r\nmore'), '-password-file'), ' päss ');
  const empty = await fileWith(t, '\nmore');
  const message = `-password-file ${empty} has no password on its first line`;
  assert.throws(() => readPassword(empty, '-password-file'), { code: 'LETO_BAD_OPTION', message });
});
