import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import {
  admit,
  descriptorsMaxIn,
  parseDescriptorsMax,
  readDescriptorsMax,
  reservedDescriptors,
} from '../../src/server/descriptors.js';

test('the soft limit on open files is read', () => {
  const head = 'Limit                     Soft Limit           Hard Limit           Units     \n';
  const line = 'Max open files            4096                 524288               files     \n';
  assert.equal(parseDescriptorsMax(head + line), 4096);
  assert.equal(parseDescriptorsMax(line.replace('4096', 'unlimited')), Number.POSITIVE_INFINITY);
  assert.equal(parseDescriptorsMax(head), 256);
});

test('a client gets no descriptor of the reserve, and a surplus one not even for the reason', () => {
  assert.equal(reservedDescriptors(128), 32);
  assert.equal(reservedDescriptors(20_000), 256);
  const admissions = [95, 96, 111, 112].map((descriptor) => admit(descriptor, 128));
  assert.deepEqual(admissions, ['accept', 'refuse', 'refuse', 'hangUp']);
  assert.equal(admit(-1, 128), 'accept');
  assert.equal(admit(50_000, Number.POSITIVE_INFINITY), 'accept');
});

test('without /proc the limit is read from a report of the process', {
  skip: !existsSync('/proc'),
}, () => {
  assert.equal(descriptorsMaxIn(process.report.getReport()), readDescriptorsMax());
  assert.equal(descriptorsMaxIn({}), 256);
});
