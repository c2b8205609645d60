/** Checked by the compiler, never run: what must and must not type-check. */
import type { Stored } from 'tiersync';
import { useEntities, useEntity, useRepo, useSyncStatus } from 'tiersync/react';
import * as vue from 'tiersync/vue';
import type { Ref } from 'vue';

interface Task {
  title: string;
}

const same = <Expected>(_value: Expected): void => {};

export function Hooks(): null {
  const one = useEntity<Task>('Task', 'x');
  same<'loading' | 'ready' | 'error'>(one.status);
  // @ts-expect-error it may still be loading
  one.data.title;
  if (one.status === 'ready') same<Stored<Task> | null>(one.data);
  const all = useEntities<Task>('Task', { where: { title: 'a' } });
  if (all.status === 'ready') same<string | undefined>(all.data[0]?.title);
  // @ts-expect-error a title is a string
  useRepo<Task>('Task').save({ title: 1 });
  same<'idle' | 'syncing' | 'error' | 'offline'>(useSyncStatus());
  return null;
}

export function useComposables(): void {
  same<Readonly<Ref<Stored<Task> | null | undefined>>>(vue.useEntity<Task>('Task', () => 'x').data);
  same<Readonly<Ref<readonly Stored<Task>[] | undefined>>>(vue.useEntities<Task>('Task').data);
  // @ts-expect-error an id is a text
  vue.useEntity<Task>('Task', 5);
}
