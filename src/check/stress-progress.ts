/** What is being done, and how much of it. */
export interface StressProgress {
  readonly step: string;
  readonly done: number;
  /** 0 where it can't be counted. */
  readonly total: number;
}
