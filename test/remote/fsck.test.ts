import { remoteFsckContract } from '../suites/remote-fsck.ts';
import { folderRemote, newFolder, patient } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

remoteFsckContract('a folder', async () => {
  const folder = newFolder();
  return { open: async () => folderRemote(folder) };
});

const rig = s3Rig();

remoteFsckContract('a bucket', async () => {
  const config = rig.newConfig();
  return { open: async () => patient(await rig.open(config)) };
});
