import { type CloudName, clouds } from './clouds.ts';
import { Icon } from './parts/Icon.tsx';
import { Segments } from './parts/Segments.tsx';

interface CloudBarProps {
  readonly cloud: CloudName;
  readonly onChange: (cloud: CloudName) => void;
}

/** Where all devices meet. */
export function CloudBar({ cloud, onChange }: CloudBarProps) {
  return (
    <section className="cloud-bar" aria-label="Cloud">
      <Icon name="cloud" />
      <h2>Cloud</h2>
      <Segments
        label="What the cloud is"
        options={[
          { id: 'server', title: clouds.server.title },
          { id: 'bucket', title: clouds.bucket.title },
        ]}
        value={cloud}
        onChange={onChange}
      />
      <p>{clouds[cloud].tells}</p>
    </section>
  );
}
