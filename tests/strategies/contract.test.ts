import {
  EntityKeyCalendarStrategy,
  EntityKeyDateStrategy,
  EntityKeyFieldStrategy,
  EntityKeyGlobalStrategy,
  EntityKeyHashStrategy,
} from 'tiersync';
import { keyStrategyContract } from 'tiersync/testing';
import { test } from 'vitest';

const createdAt = new Date('2026-05-17T12:00:00.000Z');

class YearStrategy extends EntityKeyDateStrategy {
  separator = '.';
  identifierLength = 8;
  getEntityKeyWithoutPrefix(entityName: string, entity: { createdAt: Date }) {
    return `${entityName}.${entity.createdAt.getUTCFullYear()}`;
  }
  generateAllEntityKeys(prefix: string, entityName: string, year: number) {
    return [`${prefix}.${entityName}.${year}`];
  }
}

keyStrategyContract(test, {
  name: 'EntityKeyGlobalStrategy',
  strategy: () => new EntityKeyGlobalStrategy(),
  samples: [{ entityName: 'Task', entity: { createdAt } }],
});

keyStrategyContract(test, {
  name: 'a strategy that extends EntityKeyDateStrategy',
  strategy: () => new YearStrategy(),
  samples: [{ entityName: 'Task', entity: { createdAt }, options: { years: [2026] } }],
});

for (const [by, options] of [
  ['year', { years: [2026] }],
  ['month', { years: [2026] }],
  ['day', { from: new Date('2026-05-01'), to: new Date('2026-05-31') }],
] as const) {
  keyStrategyContract(test, {
    name: `EntityKeyCalendarStrategy by ${by}`,
    strategy: () => new EntityKeyCalendarStrategy({ by }),
    samples: [{ entityName: 'Task', entity: { createdAt }, options }],
  });
}

keyStrategyContract(test, {
  name: 'EntityKeyFieldStrategy',
  strategy: () => new EntityKeyFieldStrategy('projectId'),
  samples: [
    { entityName: 'Task', entity: { createdAt, projectId: 'a b/c' }, options: { projectId: 'a b/c' } },
    { entityName: 'Task', entity: { createdAt, projectId: 7 }, options: { projectId: [7, 8] } },
    { entityName: 'Task', entity: { createdAt }, options: { projectId: null } },
  ],
});

keyStrategyContract(test, {
  name: 'EntityKeyHashStrategy',
  strategy: () => new EntityKeyHashStrategy({ field: 'email', buckets: 16 }),
  samples: [{ entityName: 'User', entity: { createdAt, email: 'a@b.c' }, options: { email: 'a@b.c' } }],
});
