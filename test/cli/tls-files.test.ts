/** The files of -tls-cert, -tls-key and -tls-ca. */

import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readTls } from '../../src/cli/leto/tls-files.js';
import type { TlsSettings } from '../../src/control/index.js';
import { Authority } from '../helpers/certificates.js';
import { missing } from '../helpers/tools.js';

const openssl = { skip: missing('openssl') };
const dayMs = 24 * 60 * 60 * 1000;

async function signed(t: TestContext) {
  const authority = await Authority.create(t);
  return { authority, files: await authority.sign('node') };
}

async function put(authority: Authority, text: string): Promise<string> {
  const file = join(authority.folder, 'other');
  await writeFile(file, text);
  return file;
}

test(
  'files that belong together are read, with a warning for a key that others can read',
  openssl,
  async (t) => {
    const { files } = await signed(t);
    const { tls, warnings } = readTls(files, Date.now());
    assert.match(tls.key, /PRIVATE KEY/);
    assert.deepEqual(warnings, []);
    await chmod(files.key, 0o644);
    const [warning = ''] = readTls(files, Date.now()).warnings;
    assert.match(
      warning,
      /^-tls-key .* can be read by other users of this machine; run chmod 600$/,
    );
  },
);

const mistakes: readonly [
  what: string,
  change: (files: TlsSettings, authority: Authority, t: TestContext) => Promise<TlsSettings>,
  message: RegExp,
][] = [
  [
    'a missing certificate file',
    async (files) => ({ ...files, cert: '/nowhere' }),
    /^-tls-cert \/nowhere can't be read \(ENOENT\)$/,
  ],
  [
    'a file that is not a certificate',
    async (files) => ({ ...files, cert: files.key }),
    /^-tls-cert .*node\.key holds no certificate in PEM form$/,
  ],
  [
    'a damaged certificate',
    async (files, authority) => {
      const text = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
      return { ...files, cert: await put(authority, text) };
    },
    /holds a certificate that can't be read$/,
  ],
  [
    'the key of another certificate',
    async (files, authority) => ({ ...files, key: (await authority.sign('other')).key }),
    /^-tls-key .*other\.key is not the key of -tls-cert .*node\.crt$/,
  ],
  [
    'a file that is not a key',
    async (files) => ({ ...files, key: files.cert }),
    /^-tls-key .* holds no unencrypted private key in PEM form$/,
  ],
  [
    'another CA',
    async (files, _, t) => ({ ...files, ca: join((await Authority.create(t)).folder, 'ca.crt') }),
    /^-tls-cert .*node\.crt is not signed by -tls-ca /,
  ],
];

for (const [what, change, message] of mistakes) {
  test(`${what} is refused, and the error names the flag and the file`, openssl, async (t) => {
    const { authority, files } = await signed(t);
    const changed = await change(files, authority, t);
    assert.throws(() => readTls(changed, Date.now()), { code: 'LETO_BAD_OPTION', message });
  });
}

test('a certificate is refused when it has expired, and before it is valid', openssl, async (t) => {
  const { files } = await signed(t);
  const late = { code: 'LETO_BAD_OPTION', message: /^-tls-cert .*node\.crt expired on / };
  assert.throws(() => readTls(files, Date.now() + 1.5 * dayMs), late);
  const early = { code: 'LETO_BAD_OPTION', message: /^-tls-cert .* is not valid before / };
  assert.throws(() => readTls(files, Date.now() - dayMs), early);
});
