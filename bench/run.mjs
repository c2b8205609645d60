// npm run bench: what tiersync costs beside plain JavaScript and beside other libraries, on the same work in one run.
import { parseArgs } from 'node:util';
import { compare } from './compare.mjs';
import { measureGrowth } from './growth.mjs';
import { measure } from './measureAll.mjs';
import { writeDocuments } from './report/documents.mjs';
import { growthTable, mainTable, missing, waysTable } from './report/tables.mjs';
import { keep, kept } from './results.mjs';
import { subjects, versionOf } from './subjects.mjs';

const usage = `npm run bench                      ours, the floors and the three best peers of each row, 100,000 entities, 8 minutes at most
npm run bench -- quick             the same with 10,000, 2 minutes at most
npm run bench -- all               every peer, then ours from 1,000 to 1,000,000; kept, and written into the documents
npm run bench -- growth            ours from 1,000 to 1,000,000; kept
npm run bench -- documents         writes the documents anew from what is kept
npm run bench -- compare <commit>  this build and that of a commit in turn, and their ratios
--count 20000, --rows W1,W5, --names ours,yjs choose a part of it`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    rows: { type: 'string' },
    names: { type: 'string' },
    rounds: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [command = 'best', ...rest] = positionals;
const list = (text) => text?.split(',') ?? null;
const part = { rows: list(values.rows), names: list(values.names) };
const count = (otherwise) => Number(values.count ?? otherwise);

function print(found) {
  for (const text of [mainTable(found), waysTable(found), missing(found)]) if (text !== '') console.log(`${text}\n`);
}

/** Documents show whole runs only: rows of several would not be comparable. */
function keepWhole(name, found) {
  const isPart = ['rows', 'names', 'count'].some((name) => values[name] !== undefined);
  if (isPart || subjects.some((subject) => versionOf(subject) === null)) {
    console.error('A part of a run is not kept.');
    return;
  }
  keep(name, found);
  writeDocuments();
}

const commands = {
  best: async () =>
    print(
      await measure({ ...part, count: count(100_000), budgetMs: 300, deadlineS: 60, limitS: 470, known: kept('all') }),
    ),
  quick: async () =>
    print(
      await measure({ ...part, count: count(10_000), budgetMs: 100, deadlineS: 15, limitS: 115, known: kept('all') }),
    ),
  all: async () => {
    const all = await measure({ ...part, count: count(100_000), budgetMs: 500, deadlineS: 120 });
    print(all);
    keepWhole('all', all);
    await commands.growth();
  },
  growth: async () => {
    const growth = await measureGrowth(part);
    console.log(`${growthTable(growth)}\n`);
    keepWhole('growth', growth);
  },
  documents: async () => writeDocuments(),
  compare: async () => compare(rest[0], { ...part, count: count(20_000), rounds: Number(values.rounds ?? 5) }),
};

if (values.help || commands[command] === undefined || (command === 'compare' && rest.length === 0)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  await commands[command]();
}
