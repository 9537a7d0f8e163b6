/**
 * A test that fails must let go of what it opened: a listener that stays open keeps its file from
 * ending. A port that a test uses must be its own: the neighbour of a port that the system gave
 * belongs to another program.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { root, sourceFiles } from './source-files.js';

/** What opens a resource, by the end of the module's name. A dot stands between class and method. */
const openers: readonly (readonly [module: string, ...names: string[]])[] = [
  ['node:net', 'createServer', 'connect', 'createConnection'],
  ['node:tls', 'createServer', 'connect'],
  ['node:http', 'createServer'],
  ['node:child_process', 'spawn', 'fork'],
  ['node:worker_threads', 'Worker', 'MessageChannel'],
  ['node:fs', 'mkdtempSync'],
  ['node:fs/promises', 'mkdtemp'],
  ['ioredis', 'Redis'],
  ['redis', 'createClient'],
  ['src/cluster/index.js', 'startCluster', 'ControlClient.connect'],
  ['src/transport/index.js', 'TcpTransport.listen'],
  ['helpers/load.js', 'openClient'],
];

/** Returns the names by which a file calls the openers that it imports. */
function openersIn(file: ts.SourceFile): Set<string> {
  const found = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const module = (statement.moduleSpecifier as ts.StringLiteral).text;
    const names = openers.flatMap(([end, ...rest]) => (module.endsWith(end) ? rest : []));
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const binding of bindings.elements) {
      for (const call of callsOf(binding, names)) found.add(call);
    }
  }
  return found;
}

/** Returns how the file calls those of `names` that the binding imports, perhaps under another name. */
function callsOf({ name, propertyName }: ts.ImportSpecifier, names: readonly string[]): string[] {
  return names.flatMap((opener) => {
    const [imported = '', ...method] = opener.split('.');
    return (propertyName ?? name).text === imported ? [[name.text, ...method].join('.')] : [];
  });
}

/** True when the expression is an argument of `endWithTest`, or the value of a `using`. */
function isBound(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression !== node) {
    return parent.expression.getText() === 'endWithTest';
  }
  if (ts.isVariableDeclaration(parent)) {
    const { flags } = parent.parent;
    if ((flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return true;
    if (ts.isIdentifier(parent.name)) return isBoundLater(parent.name);
  }
  const isPart = ts.isAwaitExpression(parent) || ts.isCallExpression(parent);
  const isChained = ts.isPropertyAccessExpression(parent) || ts.isParenthesizedExpression(parent);
  return (isPart || isChained) && isBound(parent);
}

/** True when the statements after the declaration of `name` pass it to `endWithTest`. */
function isBoundLater(name: ts.Identifier): boolean {
  const after = name.getSourceFile().text.slice(name.getEnd());
  return new RegExp(`endWithTest\\(\\w+, ${name.text}\\)`).test(after.split('\n}\n')[0] ?? '');
}

/** Returns the places where a file opens something that no test's end closes. */
function unboundIn(name: string, text: string): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const names = openersIn(file);
  const places: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const opener = node.expression.getText();
      if (names.has(opener) && !isBound(node)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        places.push(`${name}:${line + 1} ${opener}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return places;
}

/** Returns the lines of a file that count from a port which the file did not reserve. */
function neighboursIn(name: string, text: string): string[] {
  if (/reservePorts\(/.test(text)) return [];
  return text.split('\n').flatMap((line, at) => {
    const arithmetic = /\b(\w*[pP]ort) [-+] (\d|\w)/.exec(line);
    return arithmetic ? [`${name}:${at + 1} ${arithmetic[0]}`] : [];
  });
}

const tests = sourceFiles('test').filter((file) => file.endsWith('.test.ts'));

test('what a test opens is closed when the test ends', () => {
  assert.ok(tests.length > 100);
  const places = tests.flatMap((file) => unboundIn(file, readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(places, [], 'use endWithTest(t, …) or `await using`');
});

test('a test counts only from ports that it reserved', () => {
  const places = tests.flatMap((file) =>
    neighboursIn(file, readFileSync(join(root, file), 'utf8')),
  );
  assert.deepEqual(places, [], 'take them from reservePorts');
});

test('what is opened without an end is found, and what has one is not', () => {
  const text = `
    import { connect as dial, createServer } from 'node:net';
    import { startCluster } from '../../src/cluster/index.js';
    import { connect } from './mine.js';
    test('a', async (t) => {
      const server = createServer();
      await startCluster();
      dial(1);
      connect(1);
      await using cluster = await startCluster();
      const bound = createServer();
      endWithTest(t, bound).listen(0);
      await endWithTest(t, startCluster()).ready();
      await assert.rejects(endWithTest(t, startCluster()));
      await assert.rejects(startCluster());
    });`;
  assert.deepEqual(unboundIn('a.ts', text), [
    'a.ts:6 createServer',
    'a.ts:7 startCluster',
    'a.ts:8 dial',
    'a.ts:15 startCluster',
  ]);
});

test('the neighbour of a port is found, unless the file reserves its ports', () => {
  const text = 'startCluster({ port: port - 1 });';
  assert.deepEqual(neighboursIn('a.ts', text), ['a.ts:1 port - 1']);
  assert.deepEqual(neighboursIn('a.ts', `const port = await reservePorts(2);\n${text}`), []);
});
