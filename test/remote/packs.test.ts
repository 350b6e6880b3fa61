import { remotePacksContract } from '../suites/remote-packs.ts';
import { folderRemote, newFolder, patient } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

remotePacksContract('a folder', async () => {
  const folder = newFolder();
  return { open: async () => folderRemote(folder) };
});

const rig = s3Rig();

remotePacksContract('a bucket', async () => {
  const config = rig.newConfig();
  return { open: async () => patient(await rig.open(config)) };
});
