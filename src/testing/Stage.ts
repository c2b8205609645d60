import { check, type TestFunction } from './check.ts';

/** How a suite gets what it tests: a new one for each test. */
export interface Factory<T> {
  /** Stands in every title. */
  readonly name: string;
  /** A new, empty one. */
  open(): T | Promise<T>;
  /** The same data through a new object, as after a restart; without it nothing is promised to outlive the object. */
  reopen?(instance: T): T | Promise<T>;
  /** Afterwards; the instance may be closed already. */
  destroy?(instance: T): void | Promise<void>;
}

/** One instance on the stage of one test. */
export interface Stage<T> {
  readonly instance: T;
  readonly canReopen: boolean;
  reopen(): Promise<T>;
}

export type Scenario<T> = (rule: string, title: string, run: (instance: T, stage: Stage<T>) => Promise<void>) => void;

/** Registers tests that each get an instance of their own. */
export function stageFor<T>(test: TestFunction, factory: Factory<T>): Scenario<T> {
  return (rule, title, run) => {
    test(`[${rule}] ${factory.name}: ${title}`, async () => {
      let instance = await factory.open();
      const reopen = async (): Promise<T> => {
        check(factory.reopen !== undefined, 'this factory has no `reopen`');
        instance = await factory.reopen(instance);
        return instance;
      };
      try {
        await run(instance, { instance, canReopen: factory.reopen !== undefined, reopen });
      } finally {
        await factory.destroy?.(instance);
      }
    });
  };
}

/** What is declared is there, and what is there is declared: else its tests would be missing in silence. */
export function checkDeclared(instance: object, declared: { readonly [method: string]: boolean | undefined }): void {
  for (const [method, isDeclared = false] of Object.entries(declared)) {
    const isThere = typeof Reflect.get(instance, method) === 'function';
    check(isThere === isDeclared, `\`${method}\` is ${isThere ? '' : 'not '}there and declared as ${isDeclared}`);
  }
}
