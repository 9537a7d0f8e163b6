/**
 * Asks a member of a cluster, as a Redis client, for what a node must know, and to let it join.
 * What a refusal means for the process is decided in leto-node.ts.
 */

import { setTimeout } from 'node:timers/promises';
import { LetoError } from '../../base/index.js';
import { ClientConnection, type RespReply } from '../../check/index.js';
import {
  type Address,
  formatAddress,
  type NodeId,
  nodeId,
  parseAddress,
  type TlsSettings,
} from '../../control/index.js';
import { toTlsDialOptions } from '../../node/index.js';

/** How long to wait for an answer before the member is asked again. */
const answerMsMax = 5000;
const backoffMsMin = 50;
const backoffMsMax = 2000;

/** The address at which a member serves clients, and the means to get in. */
export interface MemberEndpoint extends Address {
  readonly password: string | null;
  readonly tls: TlsSettings | null;
}

/** How long to keep asking, and a signal to give up earlier. */
export interface RetryLimits {
  readonly retryMsMax: number;
  readonly signal: AbortSignal;
}

/** The outcome of asking once: a result, or the reason to ask again. */
type Attempt<T> = { readonly result: T } | { readonly retryReason: string };

const statusCommand = ['raft', 'status'];
/** A read: the answer shows that the node has applied all that was committed before (6.4). */
const catchUpCommand = ['exists', 'leto'];

/**
 * Asks a member for the id of its cluster, until it knows.
 * @throws {LetoError} LETO_TIMED_OUT; LETO_NODE_STATE when the member refuses for good
 */
export function askForCluster(member: MemberEndpoint, limits: RetryLimits): Promise<string> {
  const { signal } = limits;
  return retryUntilDeadline(member, limits, async () => {
    const status = toFields(await ask(member, [statusCommand], answerMsMax, signal));
    const [clusterId] = textsIn(status.get('clusterId'));
    if (clusterId) return { result: clusterId };
    if (textsIn(status.get('voters')).length === 0)
      return { retryReason: 'it is not in a cluster yet' };
    throw joinRefusedError(member, 'its nodes are managed by a supervisor; use `leto-cluster add`');
  });
}

/**
 * Asks a member for the ids of all members, learners included. The member must have caught up
 * first: if it did not know the latest members, one of them that has lost its data would be taken
 * for a new node.
 * @throws {LetoError} LETO_TIMED_OUT; LETO_NODE_STATE when the member refuses for good
 */
export function askForMembers(
  member: MemberEndpoint,
  limits: RetryLimits,
): Promise<readonly string[]> {
  const { signal } = limits;
  return retryUntilDeadline(member, limits, async () => {
    const reply = await ask(member, [catchUpCommand, statusCommand], answerMsMax, signal);
    if (reply.type === 'error') return { retryReason: reply.text };
    const status = toFields(reply);
    return { result: [...textsIn(status.get('voters')), ...textsIn(status.get('learners'))] };
  });
}

/**
 * Asks a member once for the Raft addresses of all members; the one of the member itself is where
 * it runs now. Returns null when it belongs to another cluster, or to none yet.
 * @throws {LetoError} LETO_NODE_STATE when the member refuses for good
 * @throws the error of the connection
 */
export async function askForAddresses(
  member: MemberEndpoint,
  clusterId: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<NodeId, Address> | null> {
  const status = toFields(await ask(member, [statusCommand], answerMsMax, signal));
  if (textsIn(status.get('clusterId'))[0] !== clusterId) return null;
  const texts = [
    ...textsIn(status.get('addresses')),
    ...textsIn(status.get('id')),
    ...textsIn(status.get('raftAddress')),
  ];
  const addresses = new Map<NodeId, Address>();
  for (let at = 0; at + 1 < texts.length; at += 2) {
    const address = parseAddress(texts[at + 1] ?? '');
    if (address) addresses.set(nodeId(texts[at] ?? ''), address);
  }
  return addresses;
}

/**
 * Sends JOIN to a member, which passes it on to the leader, until the node is a voter.
 * @throws {LetoError} LETO_TIMED_OUT; LETO_NODE_STATE when the join is refused for good
 */
export function askToJoin(
  member: MemberEndpoint,
  { id, raft }: { readonly id: NodeId; readonly raft: Address },
  limits: RetryLimits,
): Promise<void> {
  const { signal } = limits;
  // The answer comes when the node has caught up, which may take all of the time that is left.
  return retryUntilDeadline(member, limits, async (leftMs) => {
    const reply = await ask(member, [['join', formatAddress(raft), id]], leftMs, signal);
    return reply.type === 'simple' ? { result: undefined } : { retryReason: textOf(reply) };
  });
}

async function retryUntilDeadline<T>(
  member: MemberEndpoint,
  { retryMsMax, signal }: RetryLimits,
  attempt: (leftMs: number) => Promise<Attempt<T>>,
): Promise<T> {
  const deadlineMs = performance.now() + retryMsMax;
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

/** Any error that is not a LetoError comes from a failed connection. */
function toAttempt(error: unknown): { readonly retryReason: string } {
  if (error instanceof LetoError) throw error;
  return { retryReason: (error as Error).message };
}

/**
 * Sends the commands in order; returns the last reply, or the first that is an error.
 * @throws {LetoError} LETO_NODE_STATE when the member refuses for good
 */
async function ask(
  member: MemberEndpoint,
  commands: readonly (readonly string[])[],
  msMax: number,
  signal: AbortSignal,
): Promise<RespReply> {
  signal.throwIfAborted();
  // A connection never removes its listener from a signal, so each gets a signal of its own.
  const connectionAbort = new AbortController();
  const hangUp = () => connectionAbort.abort();
  signal.addEventListener('abort', hangUp);
  try {
    const tls = member.tls && toTlsDialOptions(member.tls);
    const connection = await ClientConnection.open(
      { ...member, tls },
      msMax,
      connectionAbort.signal,
    );
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
 * Returns the reply unless it is final: `ERR`, NOAUTH and WRONGPASS will not change with another
 * attempt, while other error words describe a passing state.
 * @throws {LetoError} LETO_NODE_STATE
 */
function checkFinal(member: Address, reply: RespReply): RespReply {
  if (reply.type !== 'error') return reply;
  const [word = ''] = reply.text.split(' ', 1);
  if (['NOAUTH', 'WRONGPASS'].includes(word)) {
    throw joinRefusedError(member, `${reply.text} Give its client password with -password-file`);
  }
  if (word === 'ERR') throw joinRefusedError(member, reply.text);
  return reply;
}

function textOf(reply: RespReply): string {
  return 'text' in reply ? reply.text : `unexpected reply of type ${reply.type}`;
}

/** Reads a map as RESP2 has it: an array of names and values in turn. */
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
  const message = `${formatAddress(member)} refused the join: ${reason}`;
  return new LetoError('LETO_NODE_STATE', message);
}

function joinTimeoutError(member: Address, reason: string): LetoError {
  const message = `timed out asking ${formatAddress(member)} to let this node join: ${reason}; check that it runs and knows a leader, then start this node again`;
  return new LetoError('LETO_TIMED_OUT', message);
}
