// Saves without end, and says on its standard output what it tries and what is confirmed. It is killed from outside.
import { writeSync } from 'node:fs';
import { DataOrchestrator, EntityKeyFieldStrategy, silentLogger } from 'tiersync';
import { localAt, type Medium } from './localAt.ts';
import { saveWithoutEnd } from './saveWithoutEnd.ts';

const [where = '', seed = '1', medium = 'folder'] = process.argv.slice(2);

const data = await DataOrchestrator.create({
  prefix: 'app',
  local: localAt(medium as Medium, where),
  strategy: new EntityKeyFieldStrategy('group'),
  logger: silentLogger,
});

// Synchronous, so that nothing said before the kill is lost with it.
await saveWithoutEnd(data, Number(seed), (said) => void writeSync(1, `${JSON.stringify(said)}\n`));
