/** The exit codes of both programs, and which error leads to which. */

import { type ErrorCode, LetoError } from '../../base/index.js';

export const exitCodes = { done: 0, failed: 1, usage: 2, notFound: 3, timedOut: 4 } as const;

const byErrorCode: Partial<Record<ErrorCode, number>> = {
  LETO_BAD_OPTION: exitCodes.usage,
  LETO_NO_SUCH_CLUSTER: exitCodes.notFound,
  LETO_NO_SUCH_NODE: exitCodes.notFound,
  LETO_TIMED_OUT: exitCodes.timedOut,
};

/** Returns the exit code for an error; `failed` for an error without a code of its own. */
export function exitCodeOf(error: unknown): number {
  const code = error instanceof LetoError ? byErrorCode[error.code] : undefined;
  return code ?? exitCodes.failed;
}
