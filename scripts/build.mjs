// Builds the package as tsdown.config.ts says: `npm run build`. Says nothing unless something is wrong.
import { build } from 'tsdown';

await build({ config: true, logLevel: 'error' });
