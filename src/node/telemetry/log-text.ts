/**
 * The sentences in a node's log, for its events and for connections and commands. They never
 * contain a value.
 */

import { printable, unreachable } from '../../base/index.js';
import { describeEvent, type NodeEvent, type NodeId, toClusterEvent } from '../../control/index.js';
import type { NodeActivity } from '../../server/index.js';

const keyCharsMax = 64;

export function eventText(id: NodeId, event: NodeEvent): string {
  return describeEvent(toClusterEvent('', id, event));
}

export function activityText(id: NodeId, activity: NodeActivity): string {
  switch (activity.type) {
    case 'clientConnected':
      return `${id}'s client ${activity.client} connected from ${activity.from}`;
    case 'clientDisconnected':
      return `${id}'s client ${activity.client} disconnected`;
    case 'command':
      return `${id}'s client ${activity.client} sent ${commandText(activity)}`;
    case 'peerConnected':
      return `${activity.peer} connected to ${id}`;
    case 'peerLost':
      return `${id} lost its connection to ${activity.peer}`;
    default:
      return unreachable(activity);
  }
}

function commandText({ name, key }: Extract<NodeActivity, { readonly type: 'command' }>): string {
  if (name === null) return 'an unknown command';
  return key === null ? name : `${name} ${printable(key, keyCharsMax)}`;
}
