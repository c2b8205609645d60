import { Icon } from './parts/Icon.tsx';
import { useTheme } from './useTheme.ts';

export function Masthead() {
  const [theme, toggle] = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header className="masthead">
      <p className="brand">
        <Icon name="tiers" /> tiersync
      </p>
      <div className="masthead-words">
        <h1>One board, many devices</h1>
        <p>Take one offline, edit on both, bring it back.</p>
      </div>
      <button
        type="button"
        className="icon-button"
        onClick={toggle}
        aria-label={`Use ${other} colours`}
        title={`Use ${other} colours`}
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
    </header>
  );
}
