/** The progress of a stress or bench run. */
export interface StressProgress {
  /** What is being done, as a participle: "comparing logs". */
  readonly step: string;
  readonly done: number;
  /** The value of `done` at the end; 0 when the step cannot be counted. */
  readonly total: number;
}
