import { test } from 'node:test';
import { logLines } from '../../src/tui/log-panel.js';
import { makeEvent, withEvents } from './fixtures.js';
import { checkPictures, partitioned, sceneOf } from './panel-fixtures.js';

test('x', () => {
  checkPictures('log-partitioned', logLines, sceneOf(partitioned(), { focus: 'log' }), 12);
  checkPictures('log-partitioned-low', logLines, sceneOf(partitioned()), 7);
  const healed = withEvents(partitioned(), makeEvent(9, 'n1', 'truncated', { from: 12, to: 14 }));
  checkPictures('log-healed', logLines, sceneOf(healed), 12);
});
