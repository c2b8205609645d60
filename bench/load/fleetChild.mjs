// A fleet in a process of its own.
import { Fleet } from './Fleet.mjs';
import { answerBy } from './talk.mjs';

answerBy(new Fleet());
