/** Reads the fenced blocks of a Markdown document, and what the document says about each. */

/**
 * What is done with a block. The comment directly above its fence says so:
 * - `<!-- walk: name -->`: the commands of all blocks of this walk run in order, in one folder;
 *   `<!-- walk: name, after: command -->` runs that command first, as the text around the block says;
 * - `<!-- continues -->`: TypeScript that goes on where the block before ended;
 * - `<!-- not run: reason -->`: nothing.
 */
export type BlockUse =
  | { readonly type: 'walk'; readonly name: string; readonly after: string | null }
  | { readonly type: 'continues' }
  | { readonly type: 'notRun'; readonly reason: string }
  | { readonly type: 'none' };

export interface Block {
  readonly file: string;
  /** Of its first line, from 1 on. */
  readonly line: number;
  readonly language: string;
  readonly use: BlockUse;
  readonly text: string;
}

const fence = /^```(\w*)$/;

export function blocksOf(file: string, text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const language = fence.exec(lines[at] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`${file}:${at + 1}: the block has no end`);
    const body = lines.slice(at + 1, end).join('\n');
    blocks.push({ file, line: at + 2, language, use: parseUse(lines[at - 1] ?? ''), text: body });
    at = end;
  }
  return blocks;
}

function parseUse(comment: string): BlockUse {
  const [, name, after = null] = /^<!-- walk: ([\w-]+)(?:, after: (.+))? -->$/.exec(comment) ?? [];
  if (name !== undefined) return { type: 'walk', name, after };
  const [, reason] = /^<!-- not run: (.+) -->$/.exec(comment) ?? [];
  if (reason !== undefined) return { type: 'notRun', reason };
  return comment === '<!-- continues -->' ? { type: 'continues' } : { type: 'none' };
}

/** A command of a console block, and the lines that the document says it prints. */
interface Command {
  readonly line: number;
  readonly words: string;
  readonly output: readonly string[];
}

/** `$ ` begins a command, which goes on after a backslash; a `#` behind two spaces begins a remark. */
export function commandsOf(block: Block): Command[] {
  const commands: Command[] = [];
  let words: string | null = null;
  let output: string[] = [];
  let line = block.line;
  const finish = () => {
    if (words !== null) commands.push({ line, words, output });
    output = [];
  };
  for (const [at, text] of block.text.split('\n').entries()) {
    const isCommand = block.language === 'sh' || text.startsWith('$ ');
    if (!isCommand) {
      output.push(text);
      continue;
    }
    finish();
    line = block.line + at;
    words = text.replace(/^\$ /, '').replace(/ {2,}#.*$/, '');
  }
  finish();
  return commands;
}
