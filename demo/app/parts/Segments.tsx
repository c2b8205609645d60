import { useId } from 'react';
import { Icon, type IconName } from './Icon.tsx';

interface SegmentsProps<Id extends string> {
  readonly label: string;
  readonly options: readonly {
    readonly id: Id;
    readonly title: string;
    readonly icon?: IconName;
    readonly count?: number;
  }[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}

/** One of a few: radio buttons, so arrows and screen readers know what it is. */
export function Segments<Id extends string>({ label, options, value, onChange }: SegmentsProps<Id>) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="unseen">{label}</legend>
      {options.map(({ id, title, icon, count = 0 }) => (
        <label key={id}>
          <input type="radio" name={name} checked={id === value} onChange={() => onChange(id)} />
          <span className="segment">
            {icon !== undefined && <Icon name={icon} />}
            {title}
            {count > 0 && <span className="badge">{count.toLocaleString('en')}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
