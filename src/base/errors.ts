/**
 * Every error that a user or another thread can meet has a code and is made here.
 * An error crosses a thread as data, because its `code` is lost otherwise.
 */
export type ErrorCode =
  | 'LETO_ASSERTION'
  | 'LETO_BAD_OPTION'
  | 'LETO_CLUSTER_GONE'
  | 'LETO_CLUSTER_RUNNING'
  | 'LETO_DATA_DAMAGED'
  | 'LETO_DATA_FOREIGN'
  | 'LETO_DATA_LOCKED'
  | 'LETO_DATA_UNWRITABLE'
  | 'LETO_DISK_FAILED'
  | 'LETO_FILE_UNREADABLE'
  | 'LETO_LESSON_FAILED'
  | 'LETO_NODE_CRASHED'
  | 'LETO_NODE_STATE'
  | 'LETO_NO_SUCH_CLUSTER'
  | 'LETO_NO_SUCH_NODE'
  | 'LETO_PORT_TAKEN'
  | 'LETO_TIMED_OUT'
  | 'LETO_UNEXPECTED';

/** What is left of an error when it has crossed a thread or a socket. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

/** An error with a code; its message says what is wrong and what the user can do. */
export class LetoError extends Error {
  override readonly name = 'LetoError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof LetoError) return { code: error.code, message: error.message };
  if (error instanceof Error) {
    return { code: 'LETO_UNEXPECTED', message: `${error.name}: ${error.message}` };
  }
  return { code: 'LETO_UNEXPECTED', message: String(error) };
}

export function fromErrorData(data: ErrorData): LetoError {
  return new LetoError(data.code, data.message);
}
