/**
 * HTTP answers: the status and body for each outcome of a command, and how an answer is sent.
 * outcome-reply.ts does the same for RESP.
 */

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ByteString, unreachable } from '../../base/index.js';
import type { NodeStatus } from '../../control/index.js';
import type { NodeId } from '../../raft/index.js';
import type { Outcome } from '../../replica/index.js';
import { failureText } from '../outcome-reply.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ByteString;
}

/** The size of the pieces in which a body is written, so that a slow client costs no full copy. */
const pieceBytes = 64 * 1024;

const textHeaders = { 'content-type': 'text/plain; charset=utf-8' };
const binaryHeaders = { 'content-type': 'application/octet-stream' };
const jsonHeaders = { 'content-type': 'application/json' };

/** Headers of every answer: browsers must not guess the type of a value, nor caches keep it. */
const commonHeaders = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

export function textAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers: { ...textHeaders, ...headers }, body };
}

export function statusAnswer(status: NodeStatus): HttpAnswer {
  const body = Buffer.from(`${JSON.stringify(status)}\n`).toString('latin1');
  return { status: 200, headers: jsonHeaders, body };
}

const failureStatuses = { uncertain: 504, overloaded: 503, outOfMemory: 507 } as const;

/** Returns the answer for an outcome; `notLeader` has answers of its own below. */
export function toHttpAnswer(
  outcome: Exclude<Outcome, { readonly type: 'notLeader' }>,
): HttpAnswer {
  switch (outcome.type) {
    case 'bulk':
      return { status: 200, headers: binaryHeaders, body: outcome.bytes };
    case 'null':
      return keyNotFoundAnswer;
    case 'integer':
      return Number(outcome.value) === 0 ? keyNotFoundAnswer : doneAnswer;
    case 'uncertain':
    case 'overloaded':
    case 'outOfMemory':
      return textAnswer(failureStatuses[outcome.type], failureText(outcome));
    case 'error':
      return textAnswer(400, outcome.text);
    case 'simple':
    case 'array':
    case 'map':
      return doneAnswer;
    default:
      return unreachable(outcome);
  }
}

const doneAnswer = textAnswer(200, '');
const keyNotFoundAnswer = textAnswer(404, 'key not found');

/** The same text as in raftd. */
const notLeader = 'raft.Server: Not current leader';

/** Redirects to the leader; `leaderUrl` is the requested URL on the leader's host. */
export function notLeaderAnswer(leaderUrl: string): HttpAnswer {
  return textAnswer(307, notLeader, { location: leaderUrl });
}

export const noLeaderAnswer = textAnswer(503, notLeader);

/** The answer when the leader is known but has announced no HTTP address. */
export function leaderWithoutHttpAnswer(leader: NodeId, flag: string): HttpAnswer {
  return textAnswer(
    503,
    `${notLeader}: the leader ${leader} serves no HTTP; start it with ${flag}`,
  );
}

/** Resolves when the answer has been written or the client has disconnected. */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
): Promise<void> {
  response.writeHead(status, { ...commonHeaders, ...headers, 'content-length': body.length });
  // A client that disconnects before the end of its answer is no error.
  await pipeline(Readable.from(piecesOf(body)), response).catch(() => {});
}

function* piecesOf(body: ByteString): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) {
    yield Buffer.from(body.slice(at, at + pieceBytes), 'latin1');
  }
}
