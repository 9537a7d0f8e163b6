/** Reads a transcript, plays its commands, and returns it with what the nodes did. */

import { play } from './commands.js';
import { arrow, Stage } from './stage.js';

const indent = '  ';

/**
 * Plays a transcript on a new stage, and returns it with what the nodes did below each command.
 * Prose and blank lines stay as they are.
 */
export function replay(transcript: string): string {
  const stage = new Stage();
  const lines: string[] = [];
  for (const line of transcript.split('\n')) {
    if (line.startsWith(indent)) continue;
    lines.push(line);
    if (line === '' || line.startsWith('#')) continue;
    for (const told of gather(playAt(stage, line))) lines.push(indent + told);
  }
  return lines.join('\n');
}

function playAt(stage: Stage, line: string): string[] {
  try {
    return play(stage, line);
  } catch (error) {
    throw new Error(`the scenario fails at "${line}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Merges equal lines that follow each other into one with a count. Without lines about messages,
 * when much time may have passed, it merges all equal lines.
 */
function gather(lines: readonly string[]): string[] {
  const isDetailed = lines.some((line) => line.includes(arrow));
  const told: { readonly line: string; count: number }[] = [];
  for (const line of lines) {
    const before = isDetailed ? told.at(-1) : told.find((earlier) => earlier.line === line);
    if (before?.line === line) before.count += 1;
    else told.push({ line, count: 1 });
  }
  return told.map(({ line, count }) => (count === 1 ? line : `${line} (${count} times)`));
}
