import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, commandsOf } from './markdown.js';

const document = `# Title

<!-- walk: first, after: leto-cluster ps -->
\`\`\`console
$ leto-cluster up -d    # in the background
$ redis-cli get a
"1"
(nil)
\`\`\`

<!-- not run: it needs a network -->
\`\`\`sh
npm ci
\`\`\`

\`\`\`ts
const a = 1;
\`\`\`

<!-- continues -->
\`\`\`ts
a;
\`\`\`
`;

test('each block has its language, its line and its use', () => {
  const blocks = blocksOf('a.md', document);
  assert.deepEqual(
    blocks.map(({ language, line, use }) => [language, line, use]),
    [
      ['console', 5, { type: 'walk', name: 'first', after: 'leto-cluster ps' }],
      ['sh', 13, { type: 'notRun', reason: 'it needs a network' }],
      ['ts', 17, { type: 'none' }],
      ['ts', 22, { type: 'continues' }],
    ],
  );
});

test('a command has the lines that follow as its output, and no remark', () => {
  const [walk] = blocksOf('a.md', document);
  assert.ok(walk);
  assert.deepEqual(commandsOf(walk), [
    { line: 5, words: 'leto-cluster up -d', output: [] },
    { line: 6, words: 'redis-cli get a', output: ['"1"', '(nil)'] },
  ]);
});

test('a block without an end is an error that names its line', () => {
  assert.throws(
    () => blocksOf('a.md', 'text\n```ts\nconst a = 1;'),
    /a\.md:2: the block has no end/,
  );
});
