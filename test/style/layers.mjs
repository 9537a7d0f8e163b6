/**
 * The layer rules, from one table: which folder of src may import which, and the one home of each
 * package. Type-only imports count. Run by `npm run check:layers`.
 */
export const layers = {
  base: [],
  raft: ['base'],
  kv: ['base'],
  control: ['base', 'raft'],
  replica: ['base', 'raft', 'kv'],
  codec: ['base', 'raft'],
  resp: ['base', 'kv'],
  storage: ['base', 'raft', 'codec', 'control'],
  transport: ['base', 'raft', 'codec', 'control'],
  server: ['base', 'raft', 'kv', 'control', 'replica', 'resp', 'transport'],
  node: ['base', 'raft', 'kv', 'control', 'replica', 'server', 'storage', 'transport'],
  cluster: ['base', 'control'],
  check: ['base', 'control', 'resp'],
  lesson: ['base', 'control'],
  recording: ['base', 'control'],
  tui: ['base', 'control'],
  cli: ['base', 'control', 'cluster', 'check', 'lesson', 'recording', 'tui', 'node'],
};

/** Others enter a folder through its index.ts alone. */
const doors = Object.keys(layers);

const pure = ['base', 'raft', 'kv', 'control', 'replica'];

export const homes = {
  'redis-parser': ['resp'],
  level: ['storage'],
  piscina: ['cluster'],
  'vscode-jsonrpc': ['cluster'],
  ink: ['tui'],
  react: ['tui'],
  commander: ['cli'],
  pino: ['cli'],
};

const forbidden = [
  {
    name: 'no-circles',
    comment:
      'Two files that need each other are one idea, or hide a third: move what both need down.',
    severity: 'error',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment:
      'Nothing imports this file: delete it, or name it as an entry in test/style/layers.mjs.',
    severity: 'error',
    from: { orphan: true, path: '^src/', pathNot: '^src/(node/worker|storage/disk-worker)\\.ts$' },
    to: {},
  },
  {
    name: 'no-unresolvable',
    comment: 'This import leads nowhere: mend its path, or add the package to package.json.',
    severity: 'error',
    from: { path: '^(src|test)/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'pure-is-pure',
    comment: 'A pure folder has no I/O: return an effect, and let the driver carry it out.',
    severity: 'error',
    from: { path: `^src/(${pure.join('|')})/` },
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'] },
  },
  {
    name: 'src-without-test',
    comment: 'What ships does not import from test: move the shared piece into src.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^test/' },
  },
  {
    name: 'src-without-dev-dependencies',
    comment: 'What ships needs this package: move it to "dependencies".',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
  },
  ...Object.entries(layers).map(([layer, allowed]) => ({
    name: `layer-${layer}`,
    comment: `src/${layer} may import ${allowed.join(', ') || 'nothing'} of src: give it the value or a callback, or move the piece down.`,
    severity: 'error',
    from: { path: `^src/${layer}/` },
    to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
  })),
  ...doors.map((layer) => ({
    name: `door-${layer}`,
    comment: `Come in by src/${layer}/index.ts: export there what you need.`,
    severity: 'error',
    from: { path: '^src/', pathNot: `^src/${layer}/` },
    to: { path: `^src/${layer}/`, pathNot: `^src/${layer}/index\\.ts$` },
  })),
  ...Object.entries(homes).map(([name, folders]) => ({
    name: `home-of-${name}`,
    comment: `${name} is used in src/${folders.join(', src/')} only: ask that folder for what you need.`,
    severity: 'error',
    from: { path: '^src/', pathNot: `^src/(${folders.join('|')})/` },
    to: { path: `node_modules/(@types/)?${name}(/|$)` },
  })),
];

export default {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
