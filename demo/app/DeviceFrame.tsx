import { TierSyncProvider } from 'tiersync/react';
import type { CloudName } from './clouds.ts';
import { DeviceScreen } from './DeviceScreen.tsx';
import { type Device, openDevice } from './devices.ts';

interface DeviceFrameProps {
  readonly device: Device;
  readonly cloud: CloudName;
  /** Small windows show one at a time. */
  readonly isInFront: boolean;
}

/** A device with data of its own. All below speaks to the data by the hooks. */
export function DeviceFrame({ device, cloud, isInFront }: DeviceFrameProps) {
  return (
    <section className="device" data-front={isInFront} aria-label={device.name}>
      <TierSyncProvider data={openDevice(device)} fallback={<p className="hint">Opening…</p>}>
        <DeviceScreen device={device} cloud={cloud} />
      </TierSyncProvider>
    </section>
  );
}
