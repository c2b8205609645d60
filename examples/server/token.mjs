// A token for a user: node token.mjs anna. In your app this is what your sign-in does.
import { SignJWT } from 'jose';

const secret = new TextEncoder().encode(process.env.TIERSYNC_SECRET);
const token = await new SignJWT({})
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject(process.argv[2])
  .setIssuer('notes-app')
  .setAudience('notes')
  .setExpirationTime('1h')
  .sign(secret);
console.log(token);
