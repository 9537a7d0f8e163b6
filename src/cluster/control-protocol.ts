import { NotificationType, RequestType, RequestType0, ResponseError } from 'vscode-jsonrpc/node';
import { type ErrorData, fromErrorData, LetoError, toErrorData } from '../base/errors.js';
import type { ClusterEvent, Intent, Status } from '../control/index.js';

/** JSON-RPC over the control socket: what a program may ask a running cluster. */
export const methods = {
  status: new RequestType0<Status, ErrorData>('status'),
  dispatch: new RequestType<Intent, null, ErrorData>('dispatch'),
  /** Answers when the cluster is ready, or fails after so many milliseconds. */
  waitForReady: new RequestType<number, Status, ErrorData>('waitForReady'),
  /** The events that are kept; from then on each new one comes as the notification `event`. */
  events: new RequestType0<readonly ClusterEvent[], ErrorData>('events'),
  /** Answers at once; the socket is closed when the nodes have stopped. */
  down: new RequestType0<null, ErrorData>('down'),
  event: new NotificationType<ClusterEvent>('event'),
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
