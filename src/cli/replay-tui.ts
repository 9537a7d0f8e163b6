import { LetoError } from '../base/errors.js';
import { Player, type Recording } from '../recording/index.js';
import { version } from './version.js';

/** Plays until the user leaves. */
export async function replayInTui(recording: Recording, t: number, colour: boolean): Promise<void> {
  // Only here: it takes longer to load than most verbs take to run.
  const { runTui } = await import('../tui/index.js');
  const player = new Player(recording, t);
  player.start();
  try {
    await runTui({
      source: player,
      playback: player,
      dispatch: refuse,
      ask: refuse,
      client: refuse,
      quitDoes: 'detach',
      stdin: process.stdin,
      stdout: process.stdout,
      colour,
      version,
    });
  } finally {
    player.stop();
  }
}

async function refuse(): Promise<never> {
  throw new LetoError('LETO_NODE_STATE', 'this is a recording: nothing in it can be changed');
}
