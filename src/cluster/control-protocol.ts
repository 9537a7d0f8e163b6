/**
 * The JSON-RPC methods of the control socket, and how errors travel over it. control-client.ts
 * calls them and control-server.ts answers.
 */

import { NotificationType, RequestType, RequestType0, ResponseError } from 'vscode-jsonrpc/node';
import { type ErrorData, fromErrorData, LetoError, toErrorData } from '../base/index.js';
import type {
  Answers,
  ClusterEvent,
  ClusterView,
  Intent,
  LinesAnswer,
  Question,
  Status,
  Telemetry,
} from '../control/index.js';

export const methods = {
  status: new RequestType0<Status, ErrorData>('status'),
  /** Answered with the ids of the nodes that the intent concerned. */
  dispatch: new RequestType<Intent, readonly string[], ErrorData>('dispatch'),
  /** Waits until the cluster is ready, or fails after the given number of milliseconds. */
  waitForReady: new RequestType<number, Status, ErrorData>('waitForReady'),
  /** Returns the kept events. Later ones are sent as notifications `event`. */
  events: new RequestType0<readonly ClusterEvent[], ErrorData>('events'),
  /** Asks one node a question. */
  ask: new RequestType<Question, Answers[Question['type']], ErrorData>('ask'),
  /** Returns the current view. Later changes are sent as notifications `changed`. */
  watch: new RequestType0<ClusterView, ErrorData>('watch'),
  /** Returns the kept log lines of a node. Later ones are sent as notifications `lines`. */
  lines: new RequestType<string, LinesAnswer, ErrorData>('lines'),
  /** Stops the cluster. Answers at once; the socket is closed when the nodes have stopped. */
  down: new RequestType0<null, ErrorData>('down'),
  event: new NotificationType<ClusterEvent>('event'),
  changed: new NotificationType<readonly Telemetry[]>('changed'),
  newLines: new NotificationType<readonly string[]>('lines'),
};

/** JSON-RPC requires a numeric error code. The code of a LetoError travels in `data`. */
const failedCode = 1;

export function toResponseError(error: unknown): ResponseError<ErrorData> {
  const data = toErrorData(error);
  return new ResponseError(failedCode, data.message, data);
}

/** Returns the error that the cluster sent, or LETO_CLUSTER_GONE when the connection broke. */
export function fromResponseError(error: unknown): LetoError {
  if (error instanceof ResponseError && error.data) return fromErrorData(error.data as ErrorData);
  const { message } = toErrorData(error);
  return new LetoError('LETO_CLUSTER_GONE', `the connection to the cluster was closed: ${message}`);
}
