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

/** JSON-RPC over the control socket: what a program may ask a running cluster. */
export const methods = {
  status: new RequestType0<Status, ErrorData>('status'),
  dispatch: new RequestType<Intent, null, ErrorData>('dispatch'),
  /** Answers when the cluster is ready, or fails after so many milliseconds. */
  waitForReady: new RequestType<number, Status, ErrorData>('waitForReady'),
  /** The events that are kept; from then on each new one comes as the notification `event`. */
  events: new RequestType0<readonly ClusterEvent[], ErrorData>('events'),
  /** What one node alone knows. */
  ask: new RequestType<Question, Answers[Question['type']], ErrorData>('ask'),
  /** The view as it stands; from then on what changes in it comes as the notification `changed`. */
  watch: new RequestType0<ClusterView, ErrorData>('watch'),
  /** A node's log lines that are kept; each one after them comes as the notification `lines`. */
  lines: new RequestType<string, LinesAnswer, ErrorData>('lines'),
  /** Answers at once; the socket is closed when the nodes have stopped. */
  down: new RequestType0<null, ErrorData>('down'),
  event: new NotificationType<ClusterEvent>('event'),
  changed: new NotificationType<readonly Telemetry[]>('changed'),
  newLines: new NotificationType<readonly string[]>('lines'),
};

/** JSON-RPC wants a number; our own code travels as data. */
const failed = 1;

export function toResponseError(error: unknown): ResponseError<ErrorData> {
  const data = toErrorData(error);
  return new ResponseError(failed, data.message, data);
}

export function fromResponseError(error: unknown): LetoError {
  if (error instanceof ResponseError && error.data) return fromErrorData(error.data as ErrorData);
  const { message } = toErrorData(error);
  return new LetoError('LETO_CLUSTER_GONE', `the cluster hung up: ${message}`);
}
