import type { ClusterView, Intent } from '../../src/control/index.js';
import type { LessonCluster, LessonUi } from '../../src/lesson/index.js';
import type { LessonEvent } from '../../src/lesson/lesson-events.js';
import { clusterView } from '../control/fixtures.js';
import { turn } from '../helpers/load.js';

/** A cluster that is what the test makes of it; its values are those of every node. */
export class FakeCluster implements LessonCluster {
  readonly values: Record<string, string> = {};
  readonly dispatched: Intent[] = [];
  readonly told: string[] = [];
  shown: ClusterView = clusterView();
  onDispatch: (intent: Intent) => void = () => {};
  /** Gives the reply. */
  onTell: (words: string) => string | Promise<string> = () => 'OK';

  view(): ClusterView {
    return this.shown;
  }

  async dispatch(intent: Intent): Promise<void> {
    this.dispatched.push(intent);
    this.onDispatch(intent);
  }

  async readContents() {
    return { entries: [], values: { ...this.values } };
  }

  async sendCommands(_node: string, commands: readonly (readonly string[])[]): Promise<string[]> {
    const replies: string[] = [];
    for (const words of commands) {
      this.told.push(words.join(' '));
      replies.push(await this.onTell(words.join(' ')));
    }
    return replies;
  }

  untilChange(): Promise<void> {
    return turn();
  }
}

/** A desk at which a test sits: it presses Enter, and reads what is told. */
export class FakeLessonUi implements LessonUi {
  readonly notes: LessonEvent[] = [];
  #press: () => void = () => {};
  readonly #isEager: boolean;

  constructor(isEager = false) {
    this.#isEager = isEager;
  }

  emit(note: LessonEvent): void {
    this.notes.push(note);
  }

  untilHelpRequested(): Promise<void> {
    if (this.#isEager) return Promise.resolve();
    return new Promise((resolve) => {
      this.#press = resolve;
    });
  }

  press(): void {
    this.#press();
  }

  /** Resolves once a step of that number is shown, or its evidence. */
  async shows(type: 'step' | 'evidence', number: number): Promise<void> {
    const isIt = (note: LessonEvent) => note.type === type && note.number === number;
    while (!this.notes.some(isIt)) await turn();
  }

  /** What was told, a line each: `step 1`, `did ...`, `student 1: evidence`. */
  lines(): string[] {
    return this.notes.map(toLine);
  }
}

function toLine(note: LessonEvent): string {
  switch (note.type) {
    case 'lesson':
      return note.name;
    case 'step':
      return `step ${note.number}: ${note.commands.join('; ')}`;
    case 'did':
      return `did ${note.command}`;
    case 'reply':
      return `heard ${note.text}`;
    case 'trouble':
      return `trouble ${note.message}`;
    case 'evidence':
      return `${note.by} ${note.number}: ${note.text}`;
    case 'end':
      return note.outcome.type;
  }
}
