import { run as fanOut } from './fanOut.mjs';

export const title = 'L2 on PGlite: the database in the process of the server';

/** @param {import('../Stage.mjs').AnyStage} stage */
export const run = (stage) => fanOut(stage, { kind: 'pglite', seconds: 20 });
