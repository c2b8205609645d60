import { TextPersistence } from '../TextPersistence.ts';
import { reportUnhandled } from './findings.ts';
import { loadNaive } from './loadNaive.ts';

const local = new TextPersistence();
const data = await loadNaive(local);
await reportUnhandled(local, () => data.repo('Task').save({ title: 'to a broken disk' }));
