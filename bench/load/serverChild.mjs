// A server in a process of its own.
import { LoadServer } from './LoadServer.mjs';
import { answerBy } from './talk.mjs';

answerBy(new LoadServer());
