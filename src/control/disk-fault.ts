/** A fault of a node's disk. It lasts until another one replaces it; `ok` means a healthy disk. */
export type DiskFault =
  | { readonly type: 'ok' }
  /** Each write takes `delayMs` real milliseconds longer. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** Every write fails: no space is left. */
  | { readonly type: 'full' }
  /** Every write fails with an I/O error. */
  | { readonly type: 'failing' }
  /** Every sync is confirmed, but everything written since is lost when the node is killed. */
  | { readonly type: 'lying' };
