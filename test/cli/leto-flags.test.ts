/** The flags of `leto`: their syntax, the plan they make, and what they refuse. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseFlags, usage } from '../../src/cli/leto/flags.js';
import { planLeto } from '../../src/cli/leto/plan.js';
import { Authority } from '../helpers/certificates.js';
import { temporaryFolder } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';

function plan(line: string) {
  const flags = parseFlags(line.split(' '));
  assert.ok(flags);
  return planLeto(flags);
}

const spellings = [
  '-id id1 -raftdir ./id1 -v',
  '--id id1 --raftdir ./id1 --v',
  '-id=id1 -raftdir=./id1 -v=true',
  '--id=id1 --raftdir=./id1 --v=1',
  '-v -raftdir wrong -id id1 -raftdir ./id1',
];

for (const line of spellings) {
  test(`${line} is parsed as Go does, with Leto's defaults for the rest`, () => {
    assert.deepEqual(plan(line), {
      id: 'id1',
      folder: resolve('id1'),
      listen: { host: '127.0.0.1', port: 5379 },
      http: null,
      raftBind: { host: '127.0.0.1', port: 15_379 },
      advertised: {
        raft: { host: '127.0.0.1', port: 15_379 },
        respHost: '127.0.0.1',
        httpHost: '127.0.0.1',
      },
      cluster: null,
      join: null,
      protection: { password: null, secret: null, tls: null },
      level: 'v',
      warnings: [],
    });
  });
}

const refusals: readonly [line: string, message: RegExp][] = [
  ['-id', /^flag needs an argument: -id$/],
  ['-nonsense', /^flag provided but not defined: -nonsense$/],
  ['-id id1 more', /^"more" is not a flag$/],
  ['---id id1', /^"---id" is not a flag$/],
  ['-id id1 -v=perhaps', /^invalid boolean value "perhaps" for -v$/],
  ['-v', /^-id is needed/],
  ['-id a/b', /^-id is needed/],
  ['-id id1 -listen 5379', /^-listen is "5379"; it must be host:port/],
  ['-id id1 -join nowhere', /^-join is "nowhere"/],
  ['-id id1 -listen 0.0.0.0:5379', /^-listen 0\.0\.0\.0:5379 can be reached from .* -insecure$/],
  ['-id id1 -raftbind 10.0.0.7:15379', /^-raftbind .* or add -insecure$/],
  ['-id id1 -raftbind 0.0.0.0:15379 -insecure', /^-advertise is needed/],
  ['-id id1 -tls-cert a -tls-ca b', /^TLS needs all of -tls-cert, -tls-key and -tls-ca$/],
  ['-id id1 -secret-file /nowhere', /^-secret-file \/nowhere can't be read \(ENOENT\)$/],
  ['-id id1 -password-file /nowhere', /^-password-file \/nowhere can't be read \(ENOENT\)$/],
  ['-id id1 -http nowhere', /^-http is "nowhere"/],
  ['-id id1 -http 0.0.0.0:80', /^-http .* can read and write all keys; .* -insecure$/],
];

for (const [line, message] of refusals) {
  test(`leto ${line} is refused`, () => {
    assert.throws(() => plan(line), { code: 'LETO_BAD_OPTION', message });
  });
}

test('an open address causes a warning, and is advertised with the host of -advertise', () => {
  const { advertised, warnings } = plan(
    '-id id1 -insecure -listen 0.0.0.0:5379 -http 0.0.0.0:80 -raftbind 0.0.0.0:15379 -advertise 10.0.0.7:15379',
  );
  assert.deepEqual(advertised, {
    raft: { host: '10.0.0.7', port: 15_379 },
    respHost: '10.0.0.7',
    httpHost: '10.0.0.7',
  });
  assert.equal(warnings.length, 3);
});

const everywhere = '-id id1 -listen 10.0.0.7:5379 -raftbind 10.0.0.7:15379';

test('ports may be open when clients need a password and peers a secret', async (t) => {
  const folder = temporaryFolder(t, 'flags');
  const file = join(folder, 'file');
  await writeFile(file, 'a secret of this test', { mode: 0o600 });
  const [password, secret] = [`-password-file ${file}`, `-secret-file ${file}`];
  const open = /^-listen 10\.0\.0\.7:5379 can be .* give -password-file or -tls-cert, or add/;
  assert.throws(() => plan(`${everywhere} ${secret}`), { message: open });
  const openRaft = /^-raftbind 10\.0\.0\.7:15379 can be .* give -secret-file or -tls-cert, or add/;
  assert.throws(() => plan(`${everywhere} ${password}`), { message: openRaft });
  const { protection, warnings } = plan(`${everywhere} ${password} ${secret}`);
  const text = 'a secret of this test';
  assert.deepEqual(protection, { password: text, secret: text, tls: null });
  assert.deepEqual(warnings, []);
  const half = plan(`${everywhere} ${secret} -insecure`).warnings;
  assert.equal(half.length, 1);
  assert.match(half[0] ?? '', /^-listen .*: there is no password and no encryption$/);
});

test('TLS protects all ports', { skip: missing('openssl') }, async (t) => {
  const { cert, key, ca } = await (await Authority.create(t)).sign('node');
  const { protection, warnings } = plan(
    `${everywhere} -tls-cert ${cert} -tls-key ${key} -tls-ca ${ca}`,
  );
  assert.match(protection.tls?.cert ?? '', /BEGIN CERTIFICATE/);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /any certificate of the -tls-ca counts as a node/);
});

test('-trace logs the most, then -debug, then -v', () => {
  const levels = ['-v', '-v -debug', '-trace -v', '-v=false'].map(
    (switches) => plan(`-id id1 ${switches}`).level,
  );
  assert.deepEqual(levels, ['v', 'debug', 'trace', 'quiet']);
});

test('-h asks for the usage, which names every flag with its default', () => {
  for (const word of ['-h', '--help']) assert.equal(parseFlags(['-id', 'id1', word]), null);
  const lines = usage().split('\n');
  assert.equal(lines[0], 'Usage of leto:');
  const names = lines.flatMap((line) => /^ {2}-([\w-]+)/.exec(line)?.[1] ?? []);
  const expected =
    'advertise cluster debug http id insecure join listen node password-file raftbind raftdir ' +
    'secret-file tls-ca tls-cert tls-key trace v verify';
  assert.equal(names.join(' '), expected);
  for (const initial of [':5379', ':15379', './']) {
    assert.ok(usage().includes(`(default "${initial}")`), initial);
  }
});
