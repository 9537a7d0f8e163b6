/**
 * Watches Raft's guarantees (3.2) while a lesson runs, whatever the lesson or the student does. It
 * sees only what nodes report; the full invariant checks are those of test/sim.
 */

import type { LogEntryView } from '../control/index.js';
import { type LessonScene, runningIn } from './lesson-scene.js';

/** The number of entries to remember: more than any lesson makes. */
const entriesMax = 10_000;

interface AppliedEntry extends LogEntryView {
  readonly node: string;
}

export class Witness {
  readonly #comparesLogs: boolean;
  /** The highest term by life of a node: a term that was not synced is lost with the life. */
  readonly #terms = new Map<string, number>();
  /** The first applied entry that was seen at each index. */
  readonly #applied = new Map<number, AppliedEntry>();
  /** The leader of each term. */
  readonly #leaders = new Map<number, string>();

  /** Pass false for a lesson whose disks lie: applied entries may vanish there. */
  constructor(comparesLogs: boolean) {
    this.#comparesLogs = comparesLogs;
  }

  /** Describes a violated guarantee; returns null while all hold. */
  findViolation(scene: LessonScene): string | null {
    return (
      this.#findLeaderViolation(scene) ??
      this.#findTermViolation(scene) ??
      (this.#comparesLogs ? this.#findLogViolation(scene) : null)
    );
  }

  /** Describes the guarantees that have held so far, one a line. */
  heldGuarantees(): string[] {
    const leaders = [...this.#leaders].sort(([a], [b]) => a - b);
    const led = leaders.map(([term, id]) => `${id} in term ${term}`).join(', ');
    const logs = `no applied entry changed, and no two nodes applied different commands at the same index (indexes compared: ${this.#applied.size})`;
    return [
      `each term had at most one leader: ${led}`,
      'no node went back to a lower term while it ran',
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
      if (report.term < before) return `${id} went back from term ${before} to term ${report.term}`;
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
          return `at index ${entry.index}, ${known.node} applied ${known.command} (term ${known.term}), but ${node} applied ${entry.command} (term ${entry.term})`;
        }
        if (this.#applied.size < entriesMax) this.#applied.set(entry.index, { ...entry, node });
      }
    }
    return null;
  }
}
