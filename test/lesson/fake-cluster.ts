/** A fake cluster and a fake student, with which the runner of lessons is tested. */

import type { ClusterView, Intent } from '../../src/control/index.js';
import type { LessonCluster, LessonUi } from '../../src/lesson/index.js';
import type { LessonEvent } from '../../src/lesson/lesson-events.js';
import { clusterView } from '../control/fixtures.js';
import { turn } from '../helpers/load.js';

/** A cluster whose view and replies the test decides; every node holds the same values. */
export class FakeCluster implements LessonCluster {
  readonly values: Record<string, string> = {};
  readonly dispatched: Intent[] = [];
  /** The commands that were sent, as text. */
  readonly sent: string[] = [];
  currentView: ClusterView = clusterView();
  onDispatch: (intent: Intent) => void = () => {};
  /** Returns the reply to a command. */
  onCommand: (words: string) => string | Promise<string> = () => 'OK';

  view(): ClusterView {
    return this.currentView;
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
      this.sent.push(words.join(' '));
      replies.push(await this.onCommand(words.join(' ')));
    }
    return replies;
  }

  untilChange(): Promise<void> {
    return turn();
  }
}

/** A student's terminal: the test presses Enter, and reads the events. */
export class FakeLessonUi implements LessonUi {
  readonly events: LessonEvent[] = [];
  #press: () => void = () => {};
  readonly #isEager: boolean;

  /** An eager student asks for help at once at every step, as `--auto` does. */
  constructor(isEager = false) {
    this.#isEager = isEager;
  }

  emit(event: LessonEvent): void {
    this.events.push(event);
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

  /** Resolves once the step of that number, or its evidence, is shown. */
  async shows(type: 'step' | 'evidence', number: number): Promise<void> {
    const matches = (event: LessonEvent) => event.type === type && event.number === number;
    while (!this.events.some(matches)) await turn();
  }

  /** The events, one a line: `step 1: command`, `did ...`, `student 1: evidence`. */
  lines(): string[] {
    return this.events.map(toLine);
  }
}

function toLine(event: LessonEvent): string {
  switch (event.type) {
    case 'lesson':
      return event.name;
    case 'step':
      return `step ${event.number}: ${event.commands.join('; ')}`;
    case 'did':
      return `did ${event.command}`;
    case 'reply':
      return `reply ${event.text}`;
    case 'trouble':
      return `trouble ${event.message}`;
    case 'evidence':
      return `${event.by} ${event.number}: ${event.text}`;
    case 'end':
      return event.outcome.type;
  }
}
