// Who may do what with notes: node permissions.mjs grant anna, node permissions.mjs revoke anna
const [what, userId] = process.argv.slice(2);

const answer = await fetch(`${process.env.SERVER ?? 'http://localhost:4000/sync'}/v1/permissions`, {
  method: what === 'revoke' ? 'DELETE' : 'POST',
  headers: { authorization: `Bearer ${process.env.TOKEN}`, 'content-type': 'application/json' },
  body: JSON.stringify({ userId, collection: 'Note', actions: ['read', 'write', 'delete'] }),
});
console.log(answer.status, await answer.text());
