import assert from 'node:assert/strict';
import { findCommand } from '../../src/kv/index.js';
import type { Request, RequestClient } from '../../src/replica/index.js';

/** Parses a command of the state machine from words separated by spaces. */
export function command(line: string) {
  const [name = '', ...args] = line.split(' ');
  const spec = findCommand(name);
  assert.ok(spec, `${name} is not a command`);
  return { spec, args };
}

export function request(client: RequestClient, line: string): Request {
  return { command: command(line), client, session: null };
}
