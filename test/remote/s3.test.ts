import { remoteContract } from '../suites/remote.ts';
import { s3Rig } from './s3-rig.ts';

const rig = s3Rig({ buckets: ['bucket'], pageNames: 3 });

remoteContract('a bucket', async () => {
  const config = rig.newConfig();
  return { open: () => rig.open(config) };
});
