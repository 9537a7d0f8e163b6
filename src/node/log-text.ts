import { printable } from '../base/bytes.js';
import { describeEvent, type NodeEvent, type NodeId, toClusterEvent } from '../control/index.js';
import type { Sight } from './onlooker.js';

const keyCharsMax = 64;

/** What a node's log says of an event, and of what comes and goes at its doors: never a value. */
export function eventText(id: NodeId, event: NodeEvent): string {
  return describeEvent(toClusterEvent('', id, event));
}

export function sightText(id: NodeId, sight: Sight): string {
  switch (sight.type) {
    case 'clientCame':
      return `${id}'s client ${sight.client} comes from ${sight.from}`;
    case 'clientLeft':
      return `${id}'s client ${sight.client} leaves`;
    case 'command':
      return `${id}'s client ${sight.client}: ${commandText(sight)}`;
    case 'peerMet':
      return `${id} is called by ${sight.peer}`;
    case 'peerLost':
      return `${id} has lost its connection to ${sight.peer}`;
  }
}

function commandText({ name, key }: Extract<Sight, { readonly type: 'command' }>): string {
  if (name === null) return 'an unknown command';
  return key === null ? name : `${name} ${printable(key, keyCharsMax)}`;
}
