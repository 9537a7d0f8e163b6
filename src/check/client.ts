/**
 * A client of a check run: draws operations from the workload, performs them through a Requester
 * (requester.ts), and finds the leader by the refusals.
 */

import type { Prng } from '../base/index.js';
import type { Address } from '../control/index.js';
import type { HistoryRecorder } from './history-recorder.js';
import type { Operation } from './operation.js';
import { Requester } from './requester.js';
import { type PlannedOperation, parseLeaderAddress } from './requests.js';
import type { RespAddresses } from './resp-addresses.js';
import { sleep } from './sleep.js';
import type { Workload } from './workload.js';

/** Clients pause between operations, so that the cluster has time to elect and recover as usual. */
const thinkMsMax = 5;
/** The pause after a refusal that does not name the leader, or a failed connection. */
const retryMsMin = 10;
const retryMsMax = 60;
/** Each client draws its own timeout, so that some of them outlast the pause of a node. */
const replyTimeoutMsMin = 300;
const replyTimeoutMsMax = 3000;

interface ClientOptions {
  readonly nodes: Pick<RespAddresses, 'all'>;
  readonly workload: Workload;
  readonly recorder: HistoryRecorder;
  readonly prng: Prng;
  /** True when each acknowledged write is read at once through another node. */
  readonly probesWrites: boolean;
}

/** Writes to the leader and reads from random nodes. */
export class Client {
  readonly #options: ClientOptions;
  readonly #requester: Requester;
  readonly #prober: Requester;
  #leader: Address | null = null;

  constructor(options: ClientOptions) {
    const { recorder, prng } = options;
    this.#options = options;
    this.#requester = new Requester(recorder, prng.between(replyTimeoutMsMin, replyTimeoutMsMax));
    this.#prober = new Requester(recorder, prng.between(replyTimeoutMsMin, replyTimeoutMsMax));
  }

  /** Performs operations until the signal aborts or the recorder is full. */
  async run(signal: AbortSignal): Promise<void> {
    const { workload, recorder, prng } = this.#options;
    try {
      while (!signal.aborted && !recorder.isFull) {
        const plan = workload.draw(prng);
        const isDone = plan.op === 'get' ? await this.#read(plan) : await this.#write(plan);
        const pauseMs = isDone ? prng.below(thinkMsMax) : prng.between(retryMsMin, retryMsMax);
        await sleep(pauseMs, signal);
      }
    } finally {
      this.#requester.close();
      this.#prober.close();
    }
  }

  async #read(plan: PlannedOperation): Promise<boolean> {
    const { prng, nodes } = this.#options;
    const operation = await this.#requester.perform(plan, prng.pick(nodes.all));
    return operation?.ok === true;
  }

  /** Resolves with true when the leader is known, so that the next operation need not wait. */
  async #write(plan: PlannedOperation): Promise<boolean> {
    const { prng, nodes, probesWrites } = this.#options;
    const address = this.#leader ?? prng.pick(nodes.all);
    const operation = await this.#requester.perform(plan, address);
    this.#leader = leaderAfter(operation, address);
    if (operation?.ok && probesWrites) await this.#probe(plan.key, address);
    return this.#leader !== null;
  }

  async #probe(key: string, written: Address): Promise<void> {
    const { prng, nodes } = this.#options;
    const others = nodes.all.filter(({ port }) => port !== written.port);
    if (others.length === 0) return;
    const plan = { op: 'get', key, value: null, expected: null } as const;
    await this.#prober.perform(plan, prng.pick(others));
  }
}

/**
 * Returns the address of the leader after an operation. Null when the outcome does not show it.
 */
function leaderAfter(operation: Operation | null, address: Address): Address | null {
  if (!operation) return null;
  return operation.ok ? address : parseLeaderAddress(operation.result ?? '');
}
