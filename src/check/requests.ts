/** Translates operations to Redis commands, and replies to outcomes. */

import { type ByteString, unreachable } from '../base/index.js';
import type { Address } from '../control/index.js';
import type { RespReply } from './client-connection.js';
import type { Operation } from './operation.js';

/** An operation before it is sent. */
export type PlannedOperation = Pick<Operation, 'op' | 'key' | 'value' | 'expected'>;

/** The outcome of an operation; `result` is an error text when it failed or is unknown. */
export type OperationOutcome = Pick<Operation, 'ok' | 'result'>;

/** Returns the Redis command. A `cas` must expect an absent key: it is sent as SET NX. */
export function commandOf({ op, key, value }: PlannedOperation): ByteString[] {
  switch (op) {
    case 'set':
      return ['SET', key, value ?? ''];
    case 'cas':
      return ['SET', key, value ?? '', 'NX'];
    case 'append':
      return ['APPEND', key, value ?? ''];
    case 'get':
    case 'del':
    case 'incr':
      return [op.toUpperCase(), key];
    default:
      return unreachable(op);
  }
}

/** The only errors which say that the command did not happen and will not. */
const notExecutedErrors = /^(not leader|MOVED|CLUSTERDOWN|BUSY|OOM)\b/;
/** INCR of a value that is not a number is executed, with this error as its answer. */
const executedErrors = /^ERR (value is not an integer|increment or decrement would overflow)/;

/** Returns the outcome of an operation from its reply. */
export function outcomeOf(reply: RespReply): OperationOutcome {
  switch (reply.type) {
    case 'simple':
      return { ok: true, result: reply.text };
    case 'integer':
      return { ok: true, result: String(reply.value) };
    case 'bulk':
      return { ok: true, result: reply.bytes };
    case 'null':
      return { ok: true, result: null };
    case 'error':
      return outcomeOfError(reply.text);
    case 'array':
    case 'map':
      return { ok: null, result: `unexpected reply of type ${reply.type}` };
    default:
      return unreachable(reply);
  }
}

function outcomeOfError(text: string): OperationOutcome {
  if (executedErrors.test(text)) return { ok: true, result: text };
  return { ok: notExecutedErrors.test(text) ? false : null, result: text };
}

/** Returns the leader's address if the refusal names it. */
export function parseLeaderAddress(refusal: string): Address | null {
  const [, host, port] =
    /^(?:not leader, leader is \S+ at|MOVED \d+) (\S+):(\d+)$/.exec(refusal) ?? [];
  return host === undefined ? null : { host, port: Number(port) };
}

/** True for errors that may pass by themselves. After UNCERTAIN the command may have happened. */
export function isTransient(text: string): boolean {
  return /^(not leader|MOVED|CLUSTERDOWN|BUSY|UNCERTAIN)\b/.test(text);
}
