import { setTimeout as wait } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal says that it is over. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
