/** Draws the commands of the workload, so that every command of the table is sent. */

import { assertPresent } from '../../src/base/assert.js';
import type { Prng } from '../../src/base/prng.js';
import { type Command, type CommandSpec, findCommand } from '../../src/kv/index.js';
import type { WorkloadSettings } from './settings.js';

type Draw = (prng: Prng, keys: Keys, value: string) => readonly string[];
type Keys = () => string;

interface Kind {
  readonly spec: CommandSpec;
  readonly draw: Draw;
}

function kind(name: string, draw: Draw): Kind {
  return { spec: assertPresent(findCommand(name), `unknown command ${name}`), draw };
}

const get = assertPresent(findCommand('get'), 'unknown command get');

/** A kind that is listed more often is drawn more often. */
const reads: readonly Kind[] = [
  kind('get', (_, key) => [key()]),
  kind('get', (_, key) => [key()]),
  kind('get', (_, key) => [key()]),
  kind('mget', (_, key) => [key(), key(), key()]),
  kind('exists', (_, key) => [key(), key()]),
  kind('strlen', (_, key) => [key()]),
  kind('dbsize', () => []),
  kind('ttl', (_, key) => [key()]),
  kind('pttl', (_, key) => [key()]),
];

const setOptions = [['nx'], ['xx'], ['GET'], ['NX', 'GET'], ['xx', 'get']];
const small = (prng: Prng) => String(prng.below(20) - 10);

/** Draws a lifetime that mostly ends within the run, and sometimes at once. */
const lifetimeMs = (prng: Prng) => String(prng.pick([1, 5, 20, 100, 500, 3000]) + prng.below(5));

const writes: readonly Kind[] = [
  kind('set', (_, key, value) => [key(), value]),
  kind('set', (_, key, value) => [key(), value]),
  kind('set', (_, key, value) => [key(), value]),
  kind('set', (prng, key, value) => [key(), value, ...prng.pick(setOptions)]),
  kind('set', (prng, key, value) => [key(), value, ...prng.pick(setOptions)]),
  kind('set', (_, key) => [key(), '9223372036854775800']),
  kind('mset', (_, key, value) => [key(), value, key(), `${value}m`]),
  kind('append', (_, key) => [key(), '+']),
  kind('append', (_, key, value) => [key(), value]),
  kind('incr', (_, key) => [key()]),
  kind('incr', (_, key) => [key()]),
  kind('decr', (_, key) => [key()]),
  kind('incrby', (prng, key) => [key(), small(prng)]),
  kind('decrby', (prng, key) => [key(), small(prng)]),
  kind('del', (_, key) => [key(), key()]),
  kind('delete', (_, key) => [key()]),
  kind('flushall', () => []),
  kind('flushdb', () => ['async']),
  kind('set', (prng, key, value) => [key(), value, 'px', lifetimeMs(prng)]),
  kind('set', (prng, key, value) => [key(), value, 'px', lifetimeMs(prng), 'nx']),
  kind('set', (_, key, value) => [key(), value, 'keepttl']),
  kind('set', (_, key, value) => [key(), value, 'EX', '1']),
  kind('pexpire', (prng, key) => [key(), lifetimeMs(prng)]),
  kind('pexpire', (prng, key) => [key(), lifetimeMs(prng)]),
  kind('pexpire', (_, key) => [key(), '-1']),
  kind('expire', (_, key) => [key(), '2']),
  kind('persist', (_, key) => [key()]),
];

/** Commands that their own check refuses before the log. */
const wrong: readonly Kind[] = [
  kind('set', (_, key, value) => [key(), value, 'never']),
  kind('incrby', (_, key) => [key(), 'much']),
  kind('mset', (_, key) => [key(), '1', key()]),
  kind('flushall', () => ['now']),
];

/** Draws a command that is unique in the run, as far as its kind allows. */
export function drawCommand(prng: Prng, settings: WorkloadSettings, number: number): Command {
  const isRead = prng.chance(settings.readShare);
  const kinds = isRead ? reads : prng.chance(0.02) ? wrong : writes;
  const { spec, draw } = prng.pick(kinds);
  const isLarge = prng.chance(settings.largeValueChance);
  const value = isLarge ? `${number}${'x'.repeat(prng.below(500))}` : String(number);
  return { spec, args: draw(prng, () => keyOf(prng.below(settings.keyCount)), value) };
}

export function readOf(key: string): Command {
  return { spec: get, args: [key] };
}

function keyOf(number: number): string {
  return `k${number}`;
}
