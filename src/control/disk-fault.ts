/** What is wrong with the disk of a node. It lasts until it is set to another, `ok` to none. */
export type DiskFault =
  | { readonly type: 'ok' }
  /** Each write takes so much longer, in real milliseconds. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** Writes fail: there is no space. */
  | { readonly type: 'full' }
  /** Writes fail: an I/O error. */
  | { readonly type: 'failing' }
  /** It says synced, but what was written since is lost when the node is killed. */
  | { readonly type: 'lying' };
