// Properties run with a fixed seed, so that a run says the same everywhere; FC_SEED=… looks elsewhere.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20261121) });
