// A tour of tiersync on one device: save, query, observe, restart from disk, and the files it wrote. `npm run tour`
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataOrchestrator, EntityKeyCalendarStrategy } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';

const folder = join(process.cwd(), 'tour-data');
const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);
const dim = (text) => (process.stdout.isTTY ? `\u001b[2m${text}\u001b[0m` : text);
let step = 0;
const chapter = (title) => console.log(`\n${bold(`${++step}. ${title}`)}`);
const show = (label, value) => console.log(`   ${label.padEnd(24)} ${value}`);
const titles = (tasks) => tasks.map((task) => `${task.done ? 'x' : '-'} ${task.title}`).join(', ') || dim('(none)');

const options = () => ({
  prefix: 'tour',
  local: new FileBucket(folder),
  strategy: new EntityKeyCalendarStrategy({ by: 'year' }),
});

await rm(folder, { recursive: true, force: true });
console.log(bold('tiersync: a tour on one device'));

chapter('Save: at once, in memory');
const data = await DataOrchestrator.load(options());
const tasks = data.repo('task');
const milk = tasks.save({ title: 'buy milk', done: false, effort: 1 });
const tax = tasks.save({ title: 'tax return', done: false, effort: 5, createdAt: new Date('2024-06-01') });
show('the id of "buy milk"', milk);
show('the id of "tax return"', `${tax} ${dim('(its key is its year)')}`);
show('what was saved', JSON.stringify(await tasks.get(milk)));

chapter('Observe: a live query, changed and never run again');
const open = { where: { done: false }, sort: [{ field: 'effort', direction: 'desc' }] };
const subscription = tasks.observeAll(open).subscribe((found) => show('open, hardest first', titles(found)));
tasks.save({ title: 'call mum', done: false, effort: 2 });
await tasks.update(milk, { done: true });

chapter('Batch: one step, one emission');
data.batch(() => {
  tasks.save({ title: 'paint the door', done: false, effort: 3 });
  tasks.save({ title: 'oil the hinges', done: false, effort: 4 });
  tasks.delete(tax);
});

chapter('Query');
show('effort of 2 or 3', titles(await tasks.getAll({ where: { effort: { $gte: 2, $lte: 3 } } })));
show('two easiest', titles(await tasks.getAll({ sort: [{ field: 'effort' }], limit: 2 })));
show('of 2024', `${(await tasks.getAll({ years: [2024] })).length} ${dim('(the tax return is gone)')}`);

chapter('Flush: now it survives a power cut');
await data.flush();
subscription.unsubscribe();
await DataOrchestrator.unload();
show('unloaded', 'memory is empty');

chapter('Restart: the same data, loaded from disk when asked for');
const again = await DataOrchestrator.load(options());
const reloaded = again.repo('task');
show('before loading', String(reloaded.peek(milk)));
show('"buy milk" again', JSON.stringify(await reloaded.get(milk)));
show('all of them', titles(await reloaded.getAll({ sort: [{ field: 'title' }] })));
await DataOrchestrator.unload();

chapter(`The files it wrote, in ${folder}`);
for (const name of (await readdir(folder)).sort()) {
  const text = await readFile(join(folder, name), 'utf8');
  console.log(
    `   ${name}  ${dim(`${text.length} bytes`)}\n   ${dim(text.slice(0, 150))}${dim(text.length > 150 ? ' …' : '')}`,
  );
}
console.log(`\nThat was all of it. ${dim('Delete the folder when you like; the next tour starts afresh.')}`);
