import type { LogEntryView } from '../control/index.js';
import { type LessonScene, runningIn } from './lesson-scene.js';

/** Entries that are remembered: more than any lesson makes. */
const entriesMax = 10_000;

interface AppliedEntry extends LogEntryView {
  readonly node: string;
}

/** Watches whether Raft's promises hold, whatever a lesson or its student does (3.2). */
export class Witness {
  readonly #comparesLogs: boolean;
  /** By life of a node, since a term that was not synced is forgotten with a life. */
  readonly #terms = new Map<string, number>();
  readonly #applied = new Map<number, AppliedEntry>();
  readonly #leaders = new Map<number, string>();

  constructor(comparesLogs: boolean) {
    this.#comparesLogs = comparesLogs;
  }

  /** The promise that is broken, in words; null where all hold. */
  findViolation(scene: LessonScene): string | null {
    return (
      this.#findLeaderViolation(scene) ??
      this.#findTermViolation(scene) ??
      (this.#comparesLogs ? this.#findLogViolation(scene) : null)
    );
  }

  /** What has held so far, a line each. */
  heldGuarantees(): string[] {
    const leaders = [...this.#leaders].sort(([a], [b]) => a - b);
    const led = leaders.map(([term, id]) => `${id} in term ${term}`).join(', ');
    const logs = `what was applied stayed, and no two nodes applied different commands at one index (${this.#applied.size} compared)`;
    return [
      `at most one leader a term: ${led}`,
      'no term fell while a node lived',
      ...(this.#comparesLogs ? [logs] : []),
    ];
  }

  #findLeaderViolation({ view }: LessonScene): string | null {
    for (const { event, node, term } of view.events) {
      if (event !== 'becameLeader' || node === null || term === undefined) continue;
      const known = this.#leaders.get(term);
      if (known !== undefined && known !== node)
        return `${known} and ${node} both led term ${term}`;
      this.#leaders.set(term, node);
    }
    return null;
  }

  #findTermViolation(scene: LessonScene): string | null {
    for (const { id, startedAtMs, report } of runningIn(scene)) {
      const life = `${id} ${startedAtMs}`;
      const before = this.#terms.get(life) ?? 0;
      if (report.term < before) return `the term of ${id} fell from ${before} to ${report.term}`;
      this.#terms.set(life, report.term);
    }
    return null;
  }

  #findLogViolation({ contents }: LessonScene): string | null {
    for (const [node, { entries }] of contents) {
      for (const entry of entries) {
        if (!entry.applied) continue;
        const known = this.#applied.get(entry.index);
        if (known && (known.term !== entry.term || known.command !== entry.command)) {
          return `at index ${entry.index} ${known.node} applied ${known.command} (term ${known.term}), and ${node} ${entry.command} (term ${entry.term})`;
        }
        if (this.#applied.size < entriesMax) this.#applied.set(entry.index, { ...entry, node });
      }
    }
    return null;
  }
}
