import type { IPersistence } from '../../src/index.ts';

export const freshName = (): string => `test-${crypto.randomUUID()}`;

interface Named<P> {
  open(name: string): P;
  /** As the contract suite opens them. */
  readonly factory: {
    open(): P;
    reopen(persistence: P): Promise<P>;
    destroy(persistence: P): Promise<void>;
  };
}

/** Persistences that are found again by their names. */
export function named<P extends IPersistence>(
  make: (name: string) => P,
  remove: (name: string) => Promise<unknown>,
): Named<P> {
  const names = new WeakMap<object, string>();
  const open = (name: string): P => {
    const persistence = make(name);
    names.set(persistence, name);
    return persistence;
  };
  return {
    open,
    factory: {
      open: () => open(freshName()),
      async reopen(persistence) {
        await persistence.close?.();
        return open(names.get(persistence) ?? '');
      },
      async destroy(persistence) {
        await persistence.close?.();
        await remove(names.get(persistence) ?? '');
      },
    },
  };
}
