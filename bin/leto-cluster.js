#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  const message = `Node ${process.versions.node} is too old; install Node 20.11 or later`;
  process.stderr.write(`leto-cluster: ${message}\n`);
  process.exit(1);
}
process.env.NODE_ENV ??= 'production';
import('../dist/src/cli/index.js').then(({ runLetoCluster }) => runLetoCluster(process.argv));
