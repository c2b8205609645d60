// Saves without end, and says on its standard output what it tries and what is confirmed. It is killed from outside.
import { writeSync } from 'node:fs';
import { DataOrchestrator, EntityKeyFieldStrategy, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { randomFrom } from '../support/randomFrom.ts';

const [folder = '', seed = '1'] = process.argv.slice(2);
const random = randomFrom(Number(seed));
const pick = (count: number): number => Math.floor(random() * count);

const data = await DataOrchestrator.create({
  prefix: 'app',
  local: new FileBucket(folder),
  strategy: new EntityKeyFieldStrategy('group'),
  logger: silentLogger,
});
const notes = data.repo<{ label: string; ballast: string }>('Note');
data.events$.subscribe((event) => {
  if (event.type === 'problem' || event.type === 'failed') writeSync(1, `${JSON.stringify({ bad: event.type })}\n`);
});

// Synchronous, so that nothing said before the kill is lost with it.
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

for (let round = 0; ; round++) {
  const tries: Record<string, string | null> = {};
  for (let write = 0; write <= pick(4); write++) {
    tries[`${'abc'[pick(3)]}.${pick(6)}`] = pick(5) === 0 ? null : `seed ${seed} round ${round} write ${write}`;
  }
  say({ tries });
  for (const [id, label] of Object.entries(tries)) {
    if (label === null) notes.delete(id);
    else notes.save({ id, label, ballast: 'x'.repeat(pick(20_000)) });
  }
  await data.flush();
  say({ confirmed: tries });
}
