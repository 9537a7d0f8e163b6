/** Tests the format of commands in log entries. For snapshots see restorer.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  allCommands,
  type Command,
  type CommandMetadata,
  decodeCommand,
  encodeCommand,
  sessionIdBytesMax,
} from '../../src/kv/index.js';
import { plain } from './transcript.js';

const specs = [...allCommands()];

/** Arbitrary bytes, some of them long enough for a length of two or three bytes. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => String.fromCharCode(...array)),
  fc.integer({ min: 120, max: 20_000 }).map((length) => '\u00ff'.repeat(length)),
);

const command: fc.Arbitrary<Command> = fc.record({
  spec: fc.constantFrom(...specs),
  args: fc.array(bytes, { maxLength: 5 }),
});

const wholeNumber = fc.oneof(fc.nat(300), fc.maxSafeNat());
const id = bytes.filter(({ length }) => length > 0 && length <= sessionIdBytesMax);
const plainObject = { noNullPrototype: true };
const session = fc.record({ id, serial: wholeNumber }, plainObject);
const envelope: fc.Arbitrary<CommandMetadata> = fc.record(
  { logTimeMs: wholeNumber, session: fc.option(session) },
  plainObject,
);

test('a command is decoded as it was encoded, whatever its bytes', () => {
  fc.assert(
    fc.property(command, envelope, (given, around) => {
      assert.deepEqual(decodeCommand(encodeCommand(given, around)), { ...given, ...around });
    }),
  );
});

test('a command of many arguments is decoded as it was encoded', () => {
  const [spec] = specs;
  assert.ok(spec);
  const args = Array.from({ length: 1000 }, (_, at) => `${at}`);
  assert.deepEqual(decodeCommand(encodeCommand({ spec, args }, plain)).args, args);
});

test('an encoded command holds only chars below 256', () => {
  fc.assert(
    fc.property(command, envelope, (given, around) => {
      for (const char of encodeCommand(given, around)) assert.ok(char <= '\u00ff');
    }),
  );
});

test('the format in the log never changes', () => {
  const spec = specs.find(({ name }) => name === 'set');
  assert.ok(spec);
  const command = { spec, args: ['key', 'v'.repeat(200)] };
  const tail = `\u0002\u0003set\u0003key\u00c8\u0001${'v'.repeat(200)}`;
  assert.equal(encodeCommand(command, plain), `\u0001\u0000\u0000${tail}`);
  const around = { logTimeMs: 300, session: { id: 'me', serial: 7 } };
  assert.equal(encodeCommand(command, around), `\u0001\u00ac\u0002\u0002me\u0007${tail}`);
});

test('a command that is cut short anywhere stops the node', () => {
  fc.assert(
    fc.property(command, envelope, fc.nat(), (given, around, at) => {
      const data = encodeCommand(given, around);
      const cut = data.slice(0, at % data.length);
      assert.throws(() => decodeCommand(cut), { code: 'LETO_ASSERTION' });
    }),
  );
});

test('bytes after the end of a command stop the node', () => {
  fc.assert(
    fc.property(command, envelope, fc.nat(255), (given, around, extra) => {
      const data = encodeCommand(given, around) + String.fromCharCode(extra);
      assert.throws(() => decodeCommand(data), { code: 'LETO_ASSERTION' });
    }),
  );
});

test('an unknown format version or an unknown command stops the node', () => {
  for (const data of [
    '',
    '\u0002\u0000\u0000\u0000\u0006dbsize',
    '\u0001\u0000\u0000\u0000\u0004nope',
  ]) {
    assert.throws(() => decodeCommand(data), { code: 'LETO_ASSERTION' });
  }
});

test('a log time or a session that could not be decoded is not encoded', () => {
  const [spec] = specs;
  assert.ok(spec);
  const id = 'i'.repeat(sessionIdBytesMax + 1);
  const wrong: CommandMetadata[] = [
    { ...plain, logTimeMs: 0.5 },
    { ...plain, logTimeMs: -1 },
    { ...plain, session: { id: '', serial: 1 } },
    { ...plain, session: { id, serial: 1 } },
    { ...plain, session: { id: 'me', serial: 2 ** 53 } },
  ];
  for (const around of wrong) {
    assert.throws(() => encodeCommand({ spec, args: [] }, around), { code: 'LETO_ASSERTION' });
  }
});
