// docs/benchmarks.md, its chart and the README's table, out of what is kept in bench/results.
import { readFileSync, writeFileSync } from 'node:fs';
import { kept } from '../results.mjs';
import { subjects } from '../subjects.mjs';
import { numbered } from '../workloads/index.mjs';
import { chart } from './chart.mjs';
import { number, table } from './format.mjs';
import { ahead } from './judge.mjs';
import {
  elsewhereTable,
  growthTable,
  leftOut,
  mainTable,
  missing,
  notes,
  shortTable,
  waysTable,
  wholeTable,
} from './tables.mjs';

const root = new URL('../../', import.meta.url);
const short = ['W1', 'W2', 'W4i', 'W5', 'W6c', 'W6d', 'W7', 'W8-1', 'W8-100', 'W9'];

const measuredBy = ({ at, commit, machine, load }) =>
  `Measured ${at.slice(0, 10)} at commit ${commit} on ${machine}; load of the machine ${load}.`;

const comparable = (found) => numbered.map(({ id }) => id).filter((id) => ahead(found, id) !== null);

const whatIsTimed = table(
  [
    ['', 'what is timed'],
    ['W0', 'the floor alone: a new id in a `Map` of so many'],
    ['W1, W1i', 'a bulk insert into an empty store, without and with an index on `status` and `score`; an entity'],
    ['W2, W2d', 'an insert, a deletion, one after the other, each awaited if it answers with a promise'],
    ['W3', 'an entity by its id, random ids'],
    ['W4, W4i', '`status = x`, highest score first, the first 50; by scan, and with the index'],
    ['W5', 'from an update to the callback of its one observer, beside 1,000 observers of others'],
    [
      'W6a, W6b, W6c',
      'from an update to the new array: of everything, of filter and sort (a fifth of all), of its top 50',
    ],
    ['W6d', 'W6c with 100 subscribers, until the last'],
    ['W6e, W6f', 'W6a and W6b as changes only (`observeChanges`); the others by their changes or arrays, what is best'],
    ['W7', 'a new process: open the files that another one has written, and answer W4; the file cache is warm'],
    ['W8', 'two replicas in one process: time, and bytes, until both are equal'],
    ['W9', 'heap and what lies beside it, an entity'],
    ['W10', 'the smallest useful import, minified, brotli; rxjs counts for nobody'],
  ],
  { figures: false },
);

function elsewhere(name) {
  const found = kept(name);
  if (found === null) return [];
  return [found]
    .flat()
    .map((part) => [`## ${part.title}`, part.about, elsewhereTable(part), measuredBy(part.measured)].join('\n\n'));
}

/** Texts by the file they belong into. */
export function documents() {
  const all = kept('all');
  const growth = kept('growth');
  const versions = subjects
    .filter(({ name }) => all.versions[name])
    .map(({ name, label }) => `${label} ${all.versions[name]}`);
  const page = [
    '# Beside other libraries',
    'This page is written by `npm run bench -- all`, or from its figures by `npm run bench -- documents`.',
    measuredBy(all.measured),
    `${number(all.count)} entities of ten fields and about 285 bytes of JSON. Everybody does the same work in a process of its
own, one after the other; figures are medians after a warm-up, and answers are checked against what made the data. Absolute times
are noise on shared machines, so that what counts is the ratio within one run: from 1.3× on it is a win, what is nearer is parity.`,
    '![How many times faster than the best other library](benchmarks.svg)',
    mainTable(all),
    `What tiersync hands out is frozen, and what it is given is copied and checked, in production too; the column beside it says
what freezing alone takes. What a local tier or a cloud adds to W10 is loaded when there is one; \`npm run check:size\` prints it.`,
    notes().replaceAll('\n', ' '),
    whatIsTimed,
    '## Two devices, by what is between them',
    waysTable(all),
    '## As the collection grows',
    `Each workload at four sizes; the exponent is that of the line through the logarithms, 0 for what is flat and 1 for what
grows as the collection does. A bare \`Map\` misses the caches of the processor too, so that its own exponent stands beside it.`,
    growthTable(growth),
    measuredBy(growth.measured),
    ...elsewhere('browser'),
    ...elsewhere('keySize'),
    '## Everybody on every row',
    wholeTable(all),
    leftOut(),
    missing(all),
    `${versions.join('; ')}.`,
    'How it is done, and how to do it again: [bench/README.md](../bench/README.md).',
  ];
  return {
    'docs/benchmarks.md': `${page.filter((part) => part !== '').join('\n\n')}\n`,
    'docs/benchmarks.svg': chart(all, comparable(all)),
    'README.md': withTable(readFileSync(new URL('README.md', root), 'utf8'), all),
  };
}

/** The README keeps a place for it. */
function withTable(text, all) {
  const [begin, end] = ['<!-- benchmarks -->', '<!-- /benchmarks -->'];
  const picture = '![How many times faster than the best other library](docs/benchmarks.svg)';
  const body = [picture, shortTable(all, short), notes().replaceAll('\n', ' '), measuredBy(all.measured)].join('\n\n');
  return text.replace(new RegExp(`${begin}[\\s\\S]*${end}`), () => `${begin}\n\n${body}\n\n${end}`);
}

export function writeDocuments() {
  for (const [name, text] of Object.entries(documents())) writeFileSync(new URL(name, root), text);
}
