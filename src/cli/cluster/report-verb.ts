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

/** A recorded run as one page. */
export function addReportVerb(program: Command): void {
  addVerb(program, 'report', 'writes a run of `up --record` as one HTML page that stands alone', [
    'report run.jsonl --out run.html',
    'report run.jsonl --out run.html --force',
    'report run.jsonl --out - > run.html',
  ])
    .argument('<file>', 'a recording')
    .requiredOption('--out <page>', 'the page to write; - is standard output')
    .option('--force', 'replace a page that is there')
    .action((file: string, flags: ReportFlags, command: Command) =>
      report(file, flags, globalOptionsOf(command)),
    );
}

/** @throws {LetoError} LETO_DATA_UNWRITABLE; what keeps the recording from being read */
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
      ? `${out} is there already; name another page, or replace it with --force`
      : `can't write ${out} (${code}); name a file in a folder that you may write to`;
  return new LetoError('LETO_DATA_UNWRITABLE', message);
}
