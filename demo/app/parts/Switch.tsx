interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onToggle: () => void;
}

export function Switch({ label, isOn, onToggle }: SwitchProps) {
  return (
    <button type="button" role="switch" aria-checked={isOn} aria-label={label} className="switch" onClick={onToggle}>
      <span className="switch-track">
        <span className="switch-thumb" />
      </span>
      <span aria-hidden="true">{isOn ? 'Online' : 'Offline'}</span>
    </button>
  );
}
