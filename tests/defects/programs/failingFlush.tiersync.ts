import { DataOrchestrator } from 'tiersync';
import { TextPersistence } from '../TextPersistence.ts';
import { reportUnhandled } from './findings.ts';

const local = new TextPersistence();
const intervals = { localQuietMs: 1, localMaxMs: 1 };
const data = await DataOrchestrator.create({ prefix: 'app', local, intervals });
await reportUnhandled(local, () => data.repo<{ title: string }>('Task').save({ title: 'to a broken disk' }));
