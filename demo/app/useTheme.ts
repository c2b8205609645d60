import { useEffect, useState } from 'react';
import { useMedia } from './useMedia.ts';

export type Theme = 'light' | 'dark';

const key = 'tiersync-demo-theme';

/** As the system says, until somebody says otherwise. */
export function useTheme(): readonly [Theme, () => void] {
  const system: Theme = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light';
  const [chosen, setChosen] = useState(() => localStorage.getItem(key));
  const theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return [
    theme,
    () => {
      const next = theme === 'dark' ? 'light' : 'dark';
      localStorage.setItem(key, next);
      setChosen(next);
    },
  ];
}
