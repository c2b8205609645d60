import { TextPersistence } from '../TextPersistence.ts';
import { reportTimers } from './findings.ts';
import { loadNaive } from './loadNaive.ts';

const data = await loadNaive(new TextPersistence());
data.repo('Task').save({ title: 'something to do later' });
await data.unload();
reportTimers();
