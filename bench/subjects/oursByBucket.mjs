// Two devices that share a bucket in memory: what W8 costs there, with its requests. Devices have no local tier.
import { MemoryBucket } from 'tiersync';
import { CountedBucket } from '../CountedBucket.mjs';
import { quiet } from '../quiet.mjs';
import { inParts, open } from './ours.mjs';

export default {
  replicas: async () => {
    const cloud = new MemoryBucket();
    const buckets = [new CountedBucket(cloud), new CountedBucket(cloud)];
    const [a, b] = await Promise.all(
      buckets.map((bucket) => open({ prefix: 'bench', cloud: bucket, environment: quiet, strategy: inParts() })),
    );
    for (const { data } of [a, b]) await data.sync.ready();
    b.items.observeCount().subscribe();
    const sync = async () => {
      const pushed = await buckets[0].during(() => a.data.sync.push());
      const pulled = await buckets[1].during(() => b.data.sync.pull());
      const bytesOf = ({ sent, received }) => sent + received;
      return { bytes: bytesOf(pushed) + bytesOf(pulled), requests: pushed.total + pulled.total };
    };
    return { a, b, sync };
  },
};
