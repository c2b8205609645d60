import { useReducer } from 'react';
import { usePending, useSyncStatus, useTierSync } from 'tiersync/react';
import type { Device } from './devices.ts';
import { Icon } from './parts/Icon.tsx';
import { Switch } from './parts/Switch.tsx';
import { NextTry } from './sync/NextTry.tsx';
import { statusWords } from './sync/statusWords.ts';
import { useStream } from './useStream.ts';

/** Who this is, how it stands with the cloud, and the switch that takes it offline. */
export function DeviceBar({ device }: { readonly device: Device }) {
  const { sync } = useTierSync();
  const status = useSyncStatus();
  const reason = useStream(sync.reason$, null);
  const waiting = usePending().length;
  const [, lookAgain] = useReducer((n: number) => n + 1, 0);
  const isOnline = sync.isOnline();
  const toggle = (): void => {
    if (isOnline) sync.goOffline();
    else sync.goOnline();
    lookAgain();
  };
  return (
    <header className="device-bar">
      <h2>
        <Icon name={device.icon} /> {device.name}
      </h2>
      <p className="status" data-status={status} role="status">
        <span className="dot" />
        <span>
          {statusWords(status, reason)}
          <NextTry />
        </span>
      </p>
      <p className="waiting" data-count={waiting}>
        {waiting === 0 ? 'Nothing waiting' : `${waiting.toLocaleString('en')} waiting`}
      </p>
      <Switch label={`${device.name} online`} isOn={isOnline} onToggle={toggle} />
    </header>
  );
}
