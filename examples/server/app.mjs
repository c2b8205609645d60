// The same server inside an application of yours, beside its own routes.
import { createServer } from 'node:http';
import express from 'express';
import { createSyncServer } from 'tiersync/server';

const sync = await createSyncServer({
  jwt: { secret: process.env.TIERSYNC_SECRET, issuer: 'notes-app', audience: 'notes' },
  database: process.env.DATABASE_URL ?? './server-data',
  prefix: 'notes', // as devices say it to DataOrchestrator.load
});
await sync.permissions.grant('default', { userId: 'anna', collection: 'Note', actions: ['read', 'write', 'delete'] });

const app = express();
app.use(sync.nodeListener);
app.post('/welcome', async (_, response) => {
  response.json({ id: await sync.repo('Note').save({ text: 'welcome' }) });
});

const http = createServer(app);
sync.attach(http); // the sockets, on the same port
http.listen(Number(process.env.PORT ?? 4000), () => console.log(`listens on ${http.address().port}`));
process.once('SIGTERM', () => {
  http.close();
  void sync.close();
});
