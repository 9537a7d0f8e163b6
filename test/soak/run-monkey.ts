/**
 * Runs the monkey: `npm run monkey -- --minutes 30 --seed 1`. The exit code is 1 when the program
 * did not end well.
 */

import { parseArgs } from 'node:util';
import { runMonkey } from './monkey.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});

const { rests, screen, hasEndedWell, isGone } = await runMonkey({
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  onRest: ({ minute, keys, residentMiB }) => {
    process.stdout.write(`minute ${minute}: ${keys} keys, ${residentMiB} MiB\n`);
  },
});
if (!hasEndedWell) process.stdout.write(`${screen}\n`);
const residents = rests.map(({ residentMiB }) => residentMiB);
process.stdout.write(
  `${rests.at(-1)?.keys ?? 0} keys in ${rests.length} minutes, ` +
    `${Math.min(...residents)} to ${Math.max(...residents)} MiB at rest, ` +
    `ended ${hasEndedWell && isGone ? 'well' : 'badly'}\n`,
);
process.exitCode = hasEndedWell && isGone ? 0 : 1;
