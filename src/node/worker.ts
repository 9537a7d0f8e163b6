import { type MessagePort, threadId } from 'node:worker_threads';
import { toErrorData } from '../base/index.js';
import type { FromNode, NodeSettings, ToNode } from '../control/index.js';
import { startNode } from './start-node.js';
import { LogForwarder } from './telemetry/log-forwarder.js';

/** What the supervisor hands over when a life begins. */
export interface NodeTask {
  readonly settings: NodeSettings;
  readonly control: MessagePort;
  readonly disk: MessagePort;
  /** Shared; its one number is 1 while the node shall be frozen. */
  readonly pauseCell: Int32Array;
  /** Shared by all nodes; its one number is that of the next message that is held. */
  readonly arrivalCounter: Int32Array;
}

/**
 * One life of a node in a thread of the pool, until it is stopped, crashes, or is killed at any
 * instant from outside. A crash is told before the thread ends, since a pool loses an error's code.
 */
export async function runNode(task: NodeTask): Promise<void> {
  const { settings, control, disk, pauseCell, arrivalCounter } = task;
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
 * Blocks this thread for as long as the cell holds 1, as a long garbage collection would. Where the
 * cell holds 0 by now, the pause is over before it has begun.
 */
function freeze(pauseCell: Int32Array, post: (message: FromNode) => void): void {
  post({ type: 'paused' });
  Atomics.wait(pauseCell, 0, 1);
  post({ type: 'resumed' });
}

/** What is said after `stop` is not heard: a link made then would stay open. */
function untilStopped(
  control: MessagePort,
  handle: (message: Exclude<ToNode<MessagePort>, { type: 'stop' }>) => void,
): Promise<Extract<ToNode<MessagePort>, { type: 'stop' }>> {
  return new Promise((resolve) => {
    const hear = (message: ToNode<MessagePort>) => {
      if (message.type !== 'stop') {
        handle(message);
        return;
      }
      control.off('message', hear);
      resolve(message);
    };
    control.on('message', hear);
  });
}
