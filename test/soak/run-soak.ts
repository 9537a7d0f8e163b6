/**
 * Runs the soak: `npm run soak -- --kills 2000 --seed 1`, with --processes on `leto` processes. The
 * exit code is 1 when a write was lost or a node crashed.
 */

import { parseArgs } from 'node:util';
import type { TransportKind } from '../../src/control/index.js';
import { Endings } from '../helpers/resources.js';
import { soakProcesses } from './process-soak.js';
import { type SoakOptions, type SoakResult, soak } from './soak.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    transport: { type: 'string', default: 'message-port' },
    processes: { type: 'boolean', default: false },
  },
});

const options: SoakOptions = {
  kills: Number(values.kills),
  seed: Number(values.seed),
  transport: values.transport as TransportKind,
  onProgress: (kills, { acknowledged }) => {
    process.stdout.write(`\r${kills} kills, ${acknowledged.size} writes acknowledged `);
  },
};

async function runProcesses(): Promise<SoakResult> {
  const endings = new Endings();
  try {
    return await soakProcesses(endings, options);
  } finally {
    await endings.run();
  }
}

const startMs = performance.now();
const { tally, missing, crashes } = await (values.processes ? runProcesses() : soak(options));
const seconds = Math.round((performance.now() - startMs) / 1000);
process.stdout.write(
  `\r${values.kills} kills in ${seconds} s, ${tally.acknowledged.size} writes acknowledged, ` +
    `${tally.unknown} uncertain, ${missing.length} lost, ${crashes.length} crashes\n`,
);
for (const line of [...missing.map((key) => `lost: ${key}`), ...crashes]) {
  process.stdout.write(`${line}\n`);
}
process.exitCode = missing.length + crashes.length === 0 ? 0 : 1;
