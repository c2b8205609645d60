import { useEffect, useState } from 'react';
import { useConflicts, useSyncStatus, useTierSync } from 'tiersync/react';
import { ConflictNotice } from './ConflictNotice.tsx';
import { attachCloud, type CloudName } from './clouds.ts';
import { DeviceBar } from './DeviceBar.tsx';
import type { Device } from './devices.ts';
import { Segments } from './parts/Segments.tsx';
import { useStream } from './useStream.ts';
import { views } from './views.ts';

interface DeviceScreenProps {
  readonly device: Device;
  readonly cloud: CloudName;
}

export function DeviceScreen({ device, cloud }: DeviceScreenProps) {
  const data = useTierSync();
  const [shown, setShown] = useState(views[0].id);
  const status = useSyncStatus();
  const decisions = useConflicts().length + useStream(data.sync.rejected$, []).length;
  useEffect(() => void attachCloud(data, cloud), [data, cloud]);
  const { View } = views.find(({ id }) => id === shown) ?? views[0];
  return (
    <>
      <span className="wire" data-status={status} />
      <DeviceBar device={device} />
      <div className="device-views">
        <Segments
          label={`View of ${device.name}`}
          options={views.map(({ id, title }) => ({ id, title, count: id === 'sync' ? decisions : 0 }))}
          value={shown}
          onChange={setShown}
        />
        {shown === 'board' && <ConflictNotice onCompare={() => setShown('sync')} />}
      </div>
      <View />
    </>
  );
}
