/** Static clusters of `leto`: the plan of goraft's flags, and the list's digest. */

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parseFlags } from '../../src/cli/leto/flags.js';
import { planLeto } from '../../src/cli/leto/plan.js';
import { parseStaticCluster } from '../../src/cli/leto/static-members.js';

const three = '1,:3031;2,:3032;3,:3033';

function plan(...args: string[]) {
  const flags = parseFlags(args);
  assert.ok(flags);
  return planLeto(flags);
}

test("goraft's flags plan a member of a static cluster, with its own folder and ports", () => {
  const { cluster, ...own } = plan('--node', '2', '--cluster', three, '--http', ':2022');
  assert.deepEqual(own, {
    id: '2',
    folder: resolve('node-2'),
    listen: { host: '127.0.0.1', port: 0 },
    http: { host: '127.0.0.1', port: 2022 },
    raftBind: { host: '127.0.0.1', port: 3032 },
    advertised: {
      raft: { host: '127.0.0.1', port: 3032 },
      respHost: '127.0.0.1',
      httpHost: '127.0.0.1',
    },
    join: null,
    protection: { password: null, secret: null, tls: null },
    level: 'quiet',
    warnings: [],
  });
  assert.deepEqual([...(cluster?.members.keys() ?? [])], ['1', '2', '3']);
});

test('other flags take precedence over --cluster', () => {
  const flags = ['-listen', ':6379', '-raftdir', 'here', '-raftbind', ':4000'];
  const { listen, folder, raftBind, advertised } = plan('-node=1', `-cluster=${three}`, ...flags);
  assert.deepEqual([listen.port, folder, raftBind.port], [6379, resolve('here'), 4000]);
  assert.equal(advertised.raft.port, 3031);
});

const same = ['3,:3033;1,:3031;2,:3032', '1,127.0.0.1:3031; 2,:3032 ;3,:3033;'];
const others = ['1,:3031;2,:3032', '1,:3031;2,:3032;3,:3034', 'a,:3031;2,:3032;3,:3033'];

test('the clusterId depends on the members, and not on how the list is written', () => {
  const { clusterId } = parseStaticCluster(three);
  assert.match(clusterId, /^static-[0-9a-f]{32}$/);
  for (const text of same) assert.equal(parseStaticCluster(text).clusterId, clusterId, text);
  for (const text of others) assert.notEqual(parseStaticCluster(text).clusterId, clusterId, text);
});

const http = ['--http', ':2021'];
const refusals: readonly [args: readonly string[], message: RegExp][] = [
  [['--cluster', three, ...http], /^Missing required parameter: --node \$index$/],
  [['--node', '1', '--cluster', three], /^Missing required parameter: --http \$address$/],
  [['--node', '1', ...http], /^Missing required parameter: --cluster \$node1Id,\$node1Address;/],
  [['--node', '4', '--cluster', three, ...http], /^--node 4 is not in --cluster, .* 1, 2, 3$/],
  [['--node', '1', '--cluster', '1:3031', ...http], /^--cluster has "1:3031"; it must be id,host/],
  [['--node', '1', '--cluster', '1,:3031;1,:3032', ...http], /^--cluster names an id twice$/],
  [['--node', '1', '--cluster', '1,:1;2,:1', ...http], /^--cluster names an address twice$/],
  [['--node', '1', '--cluster', ';', ...http], /^--cluster names 0 nodes/],
  [
    ['--node', '1', '--cluster', '1,0.0.0.0:1', ...http, '-insecure'],
    /^-cluster must give an address/,
  ],
  [['--node', '1', '-id', '1', '--cluster', three, ...http], /^-id and --node mean the same/],
  [
    ['--node', '1', '-advertise', ':1', '--cluster', three, ...http],
    /^-advertise does not go with/,
  ],
];

for (const [args, message] of refusals) {
  test(`leto ${args.join(' ')} is refused`, () => {
    assert.throws(() => plan(...args), { code: 'LETO_BAD_OPTION', message });
  });
}
