/** The verb `report`. The page itself is made in src/recording. */

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { LetoError } from '../../base/index.js';
import { Recording, reportPage, summarize } from '../../recording/index.js';
import { print, printJson } from '../shell/output.js';
import { addVerb, type GlobalOptions, globalOptionsOf } from './verb.js';

interface ReportFlags {
  readonly out: string;
  readonly force?: boolean;
}

export function addReportVerb(program: Command): void {
  addVerb(
    program,
    'report',
    'writes a recording of `up --record` as one self-contained HTML page',
    [
      'report run.jsonl --out run.html',
      'report run.jsonl --out run.html --force',
      'report run.jsonl --out - > run.html',
    ],
  )
    .argument('<file>', 'a recording')
    .requiredOption('--out <page>', 'the file to write; - is standard output')
    .option('--force', 'replace the file if it exists')
    .action((file: string, flags: ReportFlags, command: Command) =>
      report(file, flags, globalOptionsOf(command)),
    );
}

/** @throws {LetoError} LETO_DATA_UNWRITABLE; the errors of `Recording.open` */
async function report(
  file: string,
  { out, force }: ReportFlags,
  { json }: GlobalOptions,
): Promise<void> {
  const page = pageOf(file);
  if (out === '-') {
    process.stdout.write(page);
    return;
  }
  await writeFile(out, page, { flag: force ? 'w' : 'wx' }).catch((error) => {
    throw unwritableError(out, error);
  });
  if (json) printJson({ out });
  else print(`wrote ${out}`);
}

function pageOf(file: string): string {
  const recording = Recording.open(file);
  try {
    return reportPage(summarize(recording));
  } finally {
    recording.close();
  }
}

function unwritableError(out: string, { code }: NodeJS.ErrnoException): LetoError {
  const message =
    code === 'EEXIST'
      ? `${out} exists already; choose another --out, or replace it with --force`
      : `can't write ${out} (${code}); choose a file in a folder that you may write to`;
  return new LetoError('LETO_DATA_UNWRITABLE', message);
}
