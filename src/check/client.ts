import type { Prng } from '../base/index.js';
import type { Address } from '../control/index.js';
import type { HistoryRecorder } from './history-recorder.js';
import type { Operation } from './operation.js';
import { Requester } from './requester.js';
import { type PlannedOperation, parseLeaderAddress } from './requests.js';
import type { RespAddresses } from './resp-addresses.js';
import { sleep } from './sleep.js';
import type { Workload } from './workload.js';

/** Between two operations: a cluster that is not busy all the time elects and recovers as usual. */
const thinkMsMax = 5;
/** After a refusal without the leader's address, or where nobody listens. */
const retryMsMin = 10;
const retryMsMax = 60;
/** Each client waits for an answer as long as it pleases: some outlast a pause of a node. */
const replyTimeoutMsMin = 300;
const replyTimeoutMsMax = 3000;

interface ClientOptions {
  readonly nodes: Pick<RespAddresses, 'all'>;
  readonly workload: Workload;
  readonly recorder: HistoryRecorder;
  readonly prng: Prng;
  /** Is each acknowledged write read at once through another node? */
  readonly probesWrites: boolean;
}

/** Writes to the leader, and looks for it; reads anywhere. */
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

  async run(signal: AbortSignal): Promise<void> {
    const { workload, recorder, prng } = this.#options;
    try {
      while (!signal.aborted && !recorder.isFull) {
        const plan = workload.draw(prng);
        const isDone = plan.op === 'get' ? await this.#read(plan) : await this.#write(plan);
        const restMs = isDone ? prng.below(thinkMsMax) : prng.between(retryMsMin, retryMsMax);
        await sleep(restMs, signal);
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

  /** True where it need not wait before the next. */
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

function leaderAfter(operation: Operation | null, address: Address): Address | null {
  if (!operation) return null;
  return operation.ok ? address : parseLeaderAddress(operation.result ?? '');
}
