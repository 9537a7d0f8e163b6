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

/** A value leaves in such pieces: one that is slow to read waits as a reference, not as a copy. */
const pieceBytes = 64 * 1024;

const textHeaders = { 'content-type': 'text/plain; charset=utf-8' };
const binaryHeaders = { 'content-type': 'application/octet-stream' };
const jsonHeaders = { 'content-type': 'application/json' };

/** Of every answer: no browser guesses what a value may be, and no cache keeps it. */
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

/**
 * The one place where a command's outcome gets its HTTP status; `notLeader` has its own, as it
 * depends on where the leader is.
 */
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

/** As raftd says it. */
const notLeader = 'raft.Server: Not current leader';

/** `leaderUrl` is the same URL where the leader is. */
export function notLeaderAnswer(leaderUrl: string): HttpAnswer {
  return textAnswer(307, notLeader, { location: leaderUrl });
}

export const noLeaderAnswer = textAnswer(503, notLeader);

/** The leader is known, and serves no HTTP, or has not said where yet. */
export function leaderWithoutHttpAnswer(leader: NodeId, flag: string): HttpAnswer {
  return textAnswer(503, `${notLeader}: ${leader} is, without HTTP; start it with ${flag}`);
}

/** Resolves when all is written, or the client is gone. */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
): Promise<void> {
  response.writeHead(status, { ...commonHeaders, ...headers, 'content-length': body.length });
  // A client that hangs up in the middle has said all there is to say.
  await pipeline(Readable.from(piecesOf(body)), response).catch(() => {});
}

function* piecesOf(body: ByteString): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) {
    yield Buffer.from(body.slice(at, at + pieceBytes), 'latin1');
  }
}
