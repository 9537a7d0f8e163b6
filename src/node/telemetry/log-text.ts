import { printable, unreachable } from '../../base/index.js';
import { describeEvent, type NodeEvent, type NodeId, toClusterEvent } from '../../control/index.js';
import type { NodeActivity } from '../../server/index.js';

const keyCharsMax = 64;

/** What a node's log says of an event, and of what comes and goes at its doors: never a value. */
export function eventText(id: NodeId, event: NodeEvent): string {
  return describeEvent(toClusterEvent('', id, event));
}

export function activityText(id: NodeId, activity: NodeActivity): string {
  switch (activity.type) {
    case 'clientConnected':
      return `${id}'s client ${activity.client} comes from ${activity.from}`;
    case 'clientDisconnected':
      return `${id}'s client ${activity.client} leaves`;
    case 'command':
      return `${id}'s client ${activity.client}: ${commandText(activity)}`;
    case 'peerConnected':
      return `${id} is called by ${activity.peer}`;
    case 'peerLost':
      return `${id} has lost its connection to ${activity.peer}`;
    default:
      return unreachable(activity);
  }
}

function commandText({ name, key }: Extract<NodeActivity, { readonly type: 'command' }>): string {
  if (name === null) return 'an unknown command';
  return key === null ? name : `${name} ${printable(key, keyCharsMax)}`;
}
