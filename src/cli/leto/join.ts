import { setTimeout } from 'node:timers/promises';
import { LetoError } from '../../base/index.js';
import { ClientConnection, type RespReply } from '../../check/index.js';
import { type Address, formatAddress, type NodeId, type TlsSettings } from '../../control/index.js';
import { toTlsDialOptions } from '../../node/index.js';

/** A member that is silent for so long is asked again. */
const answerMsMax = 5000;
const backoffMsMin = 50;
const backoffMsMax = 2000;

/** Where a member serves clients, and what opens its door. */
export interface MemberEndpoint extends Address {
  readonly password: string | null;
  readonly tls: TlsSettings | null;
}

/** How long somebody asks, and what makes him give up before. */
export interface RetryLimits {
  readonly retryMsMax: number;
  readonly signal: AbortSignal;
}

/** What came of asking once: a result, or why to ask again. */
type Attempt<T> = { readonly result: T } | { readonly retryReason: string };

const statusCommand = ['raft', 'status'];
/** Answered by a node that has applied all that was committed when it was asked (6.4). */
const catchUpCommand = ['exists', 'leto'];

/**
 * Asks a member which cluster it is of, until it knows.
 * @throws {LetoError} LETO_TIMED_OUT, LETO_NODE_STATE where nobody can join there
 */
export function askForCluster(member: MemberEndpoint, patience: RetryLimits): Promise<string> {
  const { signal } = patience;
  return retryUntilDeadline(member, patience, async () => {
    const status = toFields(await ask(member, [statusCommand], answerMsMax, signal));
    const [clusterId] = textsIn(status.get('clusterId'));
    if (clusterId) return { result: clusterId };
    if (textsIn(status.get('voters')).length === 0)
      return { retryReason: 'it is in no cluster yet' };
    throw joinRefusedError(member, 'its supervisor adds its nodes: use `leto-cluster add`');
  });
}

/**
 * Asks a member who is in its cluster, learners too. One that lags would not know of those who came
 * last, and one of them that has lost its data would be taken for a new node.
 * @throws {LetoError} LETO_TIMED_OUT, LETO_NODE_STATE
 */
export function askForMembers(
  member: MemberEndpoint,
  patience: RetryLimits,
): Promise<readonly string[]> {
  const { signal } = patience;
  return retryUntilDeadline(member, patience, async () => {
    const reply = await ask(member, [catchUpCommand, statusCommand], answerMsMax, signal);
    if (reply.type === 'error') return { retryReason: reply.text };
    const status = toFields(reply);
    return { result: [...textsIn(status.get('voters')), ...textsIn(status.get('learners'))] };
  });
}

/**
 * Asks a member, which passes it on to the leader, until the node is a voter.
 * @throws {LetoError} LETO_TIMED_OUT, LETO_NODE_STATE where it is refused
 */
export function askToJoin(
  member: MemberEndpoint,
  { id, raft }: { readonly id: NodeId; readonly raft: Address },
  patience: RetryLimits,
): Promise<void> {
  const { signal } = patience;
  // It is answered when the node has caught up: that may take all the time there is.
  return retryUntilDeadline(member, patience, async (leftMs) => {
    const reply = await ask(member, [['join', formatAddress(raft), id]], leftMs, signal);
    return reply.type === 'simple' ? { result: undefined } : { retryReason: textOf(reply) };
  });
}

async function retryUntilDeadline<T>(
  member: MemberEndpoint,
  { retryMsMax: patienceMs, signal }: RetryLimits,
  attempt: (leftMs: number) => Promise<Attempt<T>>,
): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  for (let backoffMs = backoffMsMin; ; backoffMs = Math.min(2 * backoffMs, backoffMsMax)) {
    const leftMs = Math.max(1, deadlineMs - performance.now());
    const outcome = await attempt(leftMs).catch(toAttempt);
    signal.throwIfAborted();
    if ('result' in outcome) return outcome.result;
    if (performance.now() + backoffMs >= deadlineMs)
      throw joinTimeoutError(member, outcome.retryReason);
    await setTimeout(backoffMs, null, { signal });
  }
}

/** What has no code is a connection that failed. */
function toAttempt(error: unknown): { readonly retryReason: string } {
  if (error instanceof LetoError) throw error;
  return { retryReason: (error as Error).message };
}

/**
 * Asks one thing after the other; returns the last reply, or the first that is an error.
 * @throws {LetoError} where the answer is that it will never be
 */
async function ask(
  member: MemberEndpoint,
  commands: readonly (readonly string[])[],
  msMax: number,
  signal: AbortSignal,
): Promise<RespReply> {
  signal.throwIfAborted();
  // A connection keeps its listener on a signal: this one is its own.
  const call = new AbortController();
  const hangUp = () => call.abort();
  signal.addEventListener('abort', hangUp);
  try {
    const tls = member.tls && toTlsDialOptions(member.tls);
    const connection = await ClientConnection.open({ ...member, tls }, msMax, call.signal);
    let reply: RespReply = { type: 'null' };
    for (const command of [...authCommands(member), ...commands]) {
      reply = checkFinal(member, await connection.ask(command));
      if (reply.type === 'error') break;
    }
    return reply;
  } finally {
    signal.removeEventListener('abort', hangUp);
    hangUp();
  }
}

function authCommands({ password }: MemberEndpoint): string[][] {
  return password === null ? [] : [['auth', Buffer.from(password).toString('latin1')]];
}

/**
 * `ERR` says that the request was wrong; other words speak of how things are just now.
 * @throws {LetoError} LETO_NODE_STATE
 */
function checkFinal(member: Address, reply: RespReply): RespReply {
  if (reply.type !== 'error') return reply;
  const [word = ''] = reply.text.split(' ', 1);
  if (['NOAUTH', 'WRONGPASS'].includes(word)) {
    throw joinRefusedError(
      member,
      `${reply.text} Give the password of its clients by -password-file`,
    );
  }
  if (word === 'ERR') throw joinRefusedError(member, reply.text);
  return reply;
}

function textOf(reply: RespReply): string {
  return 'text' in reply ? reply.text : `it answered with ${reply.type}`;
}

/** A map in RESP2: names and values in turn. */
function toFields(reply: RespReply): Map<string, RespReply> {
  const items = reply.type === 'array' ? reply.items : [];
  const fields = new Map<string, RespReply>();
  for (let at = 0; at + 1 < items.length; at += 2) {
    const [name] = textsIn(items[at]);
    if (name !== undefined) fields.set(name, items[at + 1] as RespReply);
  }
  return fields;
}

function textsIn(reply: RespReply | undefined): string[] {
  if (reply?.type === 'bulk') return [reply.bytes];
  return reply?.type === 'array' ? reply.items.flatMap(textsIn) : [];
}

function joinRefusedError(member: Address, reason: string): LetoError {
  const message = `${formatAddress(member)} lets nobody join: ${reason}`;
  return new LetoError('LETO_NODE_STATE', message);
}

function joinTimeoutError(member: Address, reason: string): LetoError {
  const message = `asked ${formatAddress(member)} in vain to let this node join: ${reason}; see that it runs and knows a leader, then start this node again`;
  return new LetoError('LETO_TIMED_OUT', message);
}
