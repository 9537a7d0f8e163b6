/**
 * The entry point of a node in a worker thread: runs one life under the control of a supervisor.
 * `leto` runs a node in its main thread instead (cli/leto).
 */

import { type MessagePort, threadId } from 'node:worker_threads';
import { toErrorData } from '../base/index.js';
import {
  type ClockMemory,
  ClusterClock,
  type FromNode,
  type NodeSettings,
  type ToNode,
} from '../control/index.js';
import { realNowMs } from './real-time.js';
import { startNode } from './start-node.js';
import { LogForwarder } from './telemetry/log-forwarder.js';

/** The data that the supervisor passes to the thread when a life begins. */
export interface NodeTask {
  readonly settings: NodeSettings;
  readonly control: MessagePort;
  readonly disk: MessagePort;
  /** Shared memory of one number, which is 1 while the node must stay paused. */
  readonly pauseCell: Int32Array;
  /** Memory shared by all nodes; its one number is that of the next held message. */
  readonly arrivalCounter: Int32Array;
  /** The memory of the cluster's clock. */
  readonly clockMemory: ClockMemory;
}

/**
 * Runs one life of a node in a pool thread, until the node is stopped or crashes, or the thread is
 * killed. A crash is reported before the thread exits, since the pool would lose the error's code.
 */
export async function runNode(task: NodeTask): Promise<void> {
  const { settings, control, disk, pauseCell, arrivalCounter, clockMemory } = task;
  const send = (message: FromNode) => control.postMessage(message);
  const logForwarder = new LogForwarder(settings.id, send);
  const post = (message: FromNode) => {
    send(message);
    logForwarder.forwardEvents(message);
  };
  const crash = (error: unknown) => {
    logForwarder.flush();
    post({ type: 'ended', error: toErrorData(error) });
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  post({ type: 'thread', threadId });
  try {
    const options = {
      post,
      onDiskFailed: crash,
      observer: logForwarder,
      arrivalCounter,
      clock: new ClusterClock(clockMemory, realNowMs),
    };
    const node = await startNode(settings, disk, options);
    const { handsOver } = await untilStopped(control, (message) => {
      if (message.type === 'pause') freeze(pauseCell, post);
      else node.handle(message);
    });
    if (handsOver) await node.handOver();
    await node.stop();
  } catch (error) {
    crash(error);
  }
  logForwarder.flush();
  post({ type: 'ended', error: null });
  control.close();
}

/**
 * Blocks this thread while the cell holds 1, as a long garbage collection would. If the cell holds
 * 0 already, the node resumes at once.
 */
function freeze(pauseCell: Int32Array, post: (message: FromNode) => void): void {
  post({ type: 'paused' });
  Atomics.wait(pauseCell, 0, 1);
  post({ type: 'resumed' });
}

/** Ignores messages after `stop`, since a link that is made then would never be closed. */
function untilStopped(
  control: MessagePort,
  handle: (message: Exclude<ToNode<MessagePort>, { type: 'stop' }>) => void,
): Promise<Extract<ToNode<MessagePort>, { type: 'stop' }>> {
  return new Promise((resolve) => {
    const onMessage = (message: ToNode<MessagePort>) => {
      if (message.type !== 'stop') {
        handle(message);
        return;
      }
      control.off('message', onMessage);
      resolve(message);
    };
    control.on('message', onMessage);
  });
}
