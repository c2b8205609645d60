import type { ComponentType } from 'react';
import { Board } from './board/Board.tsx';
import { InspectorView } from './InspectorView.tsx';
import { SyncView } from './sync/SyncView.tsx';

interface ViewOfDevice {
  readonly id: string;
  readonly title: string;
  readonly View: ComponentType;
}

/** What a device can show. One line more is one tab more, with the data of the device at hand by `useTierSync()`. */
export const views: readonly [ViewOfDevice, ...ViewOfDevice[]] = [
  { id: 'board', title: 'Board', View: Board },
  { id: 'sync', title: 'Sync', View: SyncView },
  { id: 'tiers', title: 'Tiers', View: InspectorView },
];
