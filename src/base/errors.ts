/**
 * The errors that a user or another thread can meet. All of them have a code and are made from
 * LetoError. They cross threads as plain data, because structured cloning drops `code`.
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

/** The form of an error that crosses a thread or a socket. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

/** An error with a code. Its message says what is wrong and what the user can do about it. */
export class LetoError extends Error {
  override readonly name = 'LetoError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Converts anything that was thrown. What is not a LetoError gets the code LETO_UNEXPECTED. */
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
