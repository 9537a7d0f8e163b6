/** Returns the time of the system's monotonic clock, in ms, which all threads share. */
export function realNowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}
