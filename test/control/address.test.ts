import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../src/control/index.js';

const good: readonly [text: string, host: string, port: number][] = [
  [':5379', '127.0.0.1', 5379],
  ['localhost:1', 'localhost', 1],
  ['10.0.0.7:65535', '10.0.0.7', 65_535],
  ['node-1.example.org:5379', 'node-1.example.org', 5379],
  ['[::1]:5379', '::1', 5379],
];

for (const [text, host, port] of good) {
  test(`${text} is port ${port} of ${host}, and survives formatting and parsing`, () => {
    const address = parseAddress(text);
    assert.deepEqual(address, { host, port });
    assert.deepEqual(parseAddress(formatAddress(address)), address);
  });
}

const bad = ['', '5379', 'a', 'a:', ':0', ':65536', ':-1', '::1:5379', 'a b:1', 'a:1 ', '[]:1'];

for (const text of [...bad, `${'a'.repeat(254)}:1`]) {
  test(`"${text.slice(0, 20)}" is not an address`, () => {
    assert.equal(parseAddress(text), null);
  });
}
