import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allCommands, type Command, decodeCommand, encodeCommand } from '../../src/kv/index.js';

const specs = [...allCommands()];

/** Bytes of any value; some long enough for a length of two or three bytes. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => String.fromCharCode(...array)),
  fc.integer({ min: 120, max: 20_000 }).map((length) => '\u00ff'.repeat(length)),
);

const command: fc.Arbitrary<Command> = fc.record({
  spec: fc.constantFrom(...specs),
  args: fc.array(bytes, { maxLength: 5 }),
});

test('a command comes out of the log as it went in, whatever its bytes', () => {
  fc.assert(
    fc.property(command, ({ spec, args }) => {
      const decoded = decodeCommand(encodeCommand({ spec, args }));
      assert.equal(decoded.spec, spec);
      assert.deepEqual(decoded.args, args);
    }),
  );
});

test('a command of many arguments comes out as it went in', () => {
  const [spec] = specs;
  assert.ok(spec);
  const args = Array.from({ length: 1000 }, (_, at) => `${at}`);
  assert.deepEqual(decodeCommand(encodeCommand({ spec, args })).args, args);
});

test('the form in the log holds bytes only', () => {
  fc.assert(
    fc.property(command, (given) => {
      for (const char of encodeCommand(given)) assert.ok(char <= '\u00ff');
    }),
  );
});

test('the form in the log is this one, for ever', () => {
  const spec = specs.find(({ name }) => name === 'set');
  assert.ok(spec);
  const data = encodeCommand({ spec, args: ['key', 'v'.repeat(200)] });
  assert.equal(data, `\u0001\u0002\u0003set\u0003key\u00c8\u0001${'v'.repeat(200)}`);
});

test('a command that is cut short anywhere stops the node', () => {
  fc.assert(
    fc.property(command, fc.nat(), (given, at) => {
      const data = encodeCommand(given);
      const cut = data.slice(0, at % data.length);
      assert.throws(() => decodeCommand(cut), { code: 'LETO_ASSERTION' });
    }),
  );
});

test('bytes left over stop the node', () => {
  fc.assert(
    fc.property(command, fc.nat(255), (given, extra) => {
      const data = encodeCommand(given) + String.fromCharCode(extra);
      assert.throws(() => decodeCommand(data), { code: 'LETO_ASSERTION' });
    }),
  );
});

test('another version of the form, or an unknown command, stops the node', () => {
  for (const data of ['', '\u0002\u0000\u0006dbsize', '\u0001\u0000\u0004nope']) {
    assert.throws(() => decodeCommand(data), { code: 'LETO_ASSERTION' });
  }
});
