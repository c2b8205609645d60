import { useState } from 'react';
import { CloudBar } from './CloudBar.tsx';
import type { CloudName } from './clouds.ts';
import { DeviceFrame } from './DeviceFrame.tsx';
import { devices } from './devices.ts';
import { Masthead } from './Masthead.tsx';
import { Segments } from './parts/Segments.tsx';
import { useMedia } from './useMedia.ts';

export function App() {
  const [cloud, setCloud] = useState<CloudName>('server');
  const [front, setFront] = useState(devices[0]!.id);
  const isWide = useMedia('(min-width: 1560px)');
  const shown = isWide ? devices : devices.slice(0, 2);
  return (
    <>
      <Masthead />
      <main>
        <CloudBar cloud={cloud} onChange={setCloud} />
        <div className="device-chooser">
          <Segments
            label="Device in front"
            options={shown.map(({ id, name, icon }) => ({ id, title: name, icon }))}
            value={front}
            onChange={setFront}
          />
        </div>
        <div className="devices" data-count={shown.length}>
          {shown.map((device) => (
            <DeviceFrame key={device.id} device={device} cloud={cloud} isInFront={device.id === front} />
          ))}
        </div>
      </main>
    </>
  );
}
