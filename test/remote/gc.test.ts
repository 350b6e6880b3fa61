import { remoteGcContract } from '../suites/remote-gc.ts';
import { folderRemote, newFolder, patient } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

remoteGcContract('a folder', async () => {
  const folder = newFolder();
  return { open: async () => folderRemote(folder) };
});

const rig = s3Rig();

remoteGcContract('a bucket', async () => {
  const config = rig.newConfig();
  return { open: async () => patient(await rig.open(config)) };
});
