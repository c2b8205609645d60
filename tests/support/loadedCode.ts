// What is loaded on demand takes time of the machine, of which the clock of a test knows nothing: here it is loaded first.
import '../../src/compose/attachCloud.ts';
import '../../src/compose/checkGroups.ts';
import '../../src/compose/checkOptions.ts';
import '../../src/compose/LocalPart.ts';
import '../../src/compose/TabCloud.ts';
import '../../src/compose/TabsPart.ts';
import '../../src/sync/planOf.ts';
import '../../src/sync/StateView.ts';
import '../../src/tiers/bucket/BucketTier.ts';
import '../../src/tiers/bucket/Checkpoint.ts';
import '../../src/tiers/bucket/probe.ts';
import '../../src/tiers/BucketPersistence.ts';
import '../../src/tiers/ComparedTier.ts';
import '../../src/tiers/MemoryTier.ts';
