// Checks that imports go down only and that the outside world comes in by one door. `npm run check:layers`
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const root = 'src';

/** First match decides. A file may import from its own layer and from those below. */
const layers = [
  [0, /^interfaces\//, 'contracts'],
  [1, /^(blob|reconcile|query|protocol|util)\/|^errors\.ts$/, 'pure'],
  [2, /^(adapters|strategies|tiers)\//, 'plug-ins'],
  [
    3,
    /^(EntityKeyHandler|EntityTypes|MetadataManager|WaitingClears|ObservableManager|DataEvents|Lifespan)\.ts$/,
    'keep',
  ],
  [
    4,
    /^(DataManager|Expiries|FlushHandler|KeyLoader|ReadThrough|SyncHandler|Transaction)\.ts$|^(sync|tabs|retention)\//,
    'act',
  ],
  [5, /^(SyncEngine|SyncScheduler|DataRepository)\.ts$|^drive\//, 'drive'],
  [6, /^DataOrchestrator\.ts$|^compose\//, 'compose'],
  [7, /^index\.ts$/, 'entry'],
  [8, /^(client|server|maintenance)\//, 'beside'],
  [9, /^(testing|cli|watching)\//, 'surfaces'],
  [10, /^(inspector|react|vue)\//, 'shown'],
];

const bans = [
  { what: 'an adapter or a strategy', layers: [3, 4, 5], target: /^(adapters|strategies)\// },
  { what: 'rxjs', layers: [0, 1, 2], target: /^rxjs/ },
  { what: 'a node module', layers: [0, 1, 3, 4, 5, 6, 7], target: /^node:/ },
];

/** They use the package by its own name, like any user. */
const strangers = /^(watching|inspector|react|vue)\//;

const apart = [
  [/^client\//, /^server\//],
  [/^server\//, /^client\//],
];

const outside = /\b(Date\.now|Math\.random|setTimeout|setInterval|performance\.now|nanoid)\b|new Date\(\)|\bfetch\(/;
/** The door, and adapters that are themselves a piece of the outside world. */
const mayLookOutside = /^(adapters\/system(Basics|Environment)|inspector\/page)\.ts$/;

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));

const layerOf = (file) => layers.find(([, pattern]) => pattern.test(file))?.[0];
const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
const faults = [];

for (const file of files) {
  const layer = layerOf(file);
  if (layer === undefined) {
    faults.push(`${file} belongs to no layer: put it into a folder, or name it in scripts/check-layers.mjs`);
    continue;
  }
  const text = withoutComments(readFileSync(join(root, file), 'utf8'));
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    for (const ban of bans) {
      if (ban.layers.includes(layer) && ban.target.test(target))
        faults.push(`${file} imports ${ban.what}: ${specifier}`);
    }
    if (apart.some(([one, other]) => one.test(file) && other.test(target)))
      faults.push(`${file} imports ${target}: client and server meet in protocol/ only`);
    if (strangers.test(file) && specifier.startsWith('.') && !strangers.test(target))
      faults.push(`${file} imports ${target}: it takes what it needs from 'tiersync'`);
    const targetLayer = specifier.startsWith('.') ? layerOf(target) : undefined;
    if (targetLayer !== undefined && targetLayer > layer)
      faults.push(`${file} (${layer}) looks up to ${target} (${targetLayer})`);
  }
  const seen = mayLookOutside.test(file) ? null : outside.exec(text);
  if (seen) faults.push(`${file} reads the world outside by ${seen[0]}; take it from the environment`);
}

const lines = files.map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length]);
for (const [file, count] of lines)
  if (count > 300) faults.push(`${file} has ${count} lines: a pure function hides in it`);

for (const fault of faults) console.error(fault);
console.log(`layers: ${files.length} files, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
