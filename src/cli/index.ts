/**
 * The entry points of the two programs. Each program is loaded when it runs, so that neither waits
 * for the packages of the other.
 */

/** Runs `leto-cluster` with `process.argv`; sets the exit code. */
export async function runLetoCluster(argv: readonly string[]): Promise<void> {
  const { main } = await import('./cluster/main.js');
  await main(argv);
}

/** Runs `leto` with `process.argv`; sets the exit code. */
export async function runLeto(argv: readonly string[]): Promise<void> {
  const { leto } = await import('./leto/main.js');
  await leto(argv);
}
