import { type ByteString, unreachable } from '../base/index.js';
import type { Address } from '../control/index.js';
import type { RespReply } from './client-connection.js';
import type { Operation } from './operation.js';

/** What is to be done. */
export type PlannedOperation = Pick<Operation, 'op' | 'key' | 'value' | 'expected'>;

/** What has come of it; `result` is the server's error where it was not done, or is unknown. */
export type OperationOutcome = Pick<Operation, 'ok' | 'result'>;

/** A `cas` that expects an absent key is SET NX; there is no command for any other. */
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

/** These alone say that it did not happen and will not. */
const notExecutedErrors = /^(not leader|MOVED|CLUSTERDOWN|BUSY|OOM)\b/;
/** INCR of what is no number is done, and that is its answer. */
const executedErrors = /^ERR (value is not an integer|increment or decrement would overflow)/;

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
      return { ok: null, result: `a reply of type ${reply.type}` };
    default:
      return unreachable(reply);
  }
}

function outcomeOfError(text: string): OperationOutcome {
  if (executedErrors.test(text)) return { ok: true, result: text };
  return { ok: notExecutedErrors.test(text) ? false : null, result: text };
}

/** Where a refusal says that the leader is. */
export function parseLeaderAddress(refusal: string): Address | null {
  const [, host, port] =
    /^(?:not leader, leader is \S+ at|MOVED \d+) (\S+):(\d+)$/.exec(refusal) ?? [];
  return host === undefined ? null : { host, port: Number(port) };
}

/** Is the error one that passes by itself? What it answers may have happened, or may be tried again. */
export function isTransient(text: string): boolean {
  return /^(not leader|MOVED|CLUSTERDOWN|BUSY|UNCERTAIN)\b/.test(text);
}
