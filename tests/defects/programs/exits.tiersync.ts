import { DataOrchestrator } from 'tiersync';
import { TextPersistence } from '../TextPersistence.ts';
import { reportTimers } from './findings.ts';

const data = await DataOrchestrator.create({ prefix: 'app', local: new TextPersistence() });
data.repo<{ title: string }>('Task').save({ title: 'something to do later' });
await data.unload();
reportTimers();
