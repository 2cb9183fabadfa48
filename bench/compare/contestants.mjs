// Who takes part, in which rows, and how its process is started.
import { join } from 'node:path'

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} title for people
 * @property {boolean} isOurs
 * @property {readonly string[]} kinds of work it takes part in
 */

const work = ['train', 'rollout', 'grpo']

/** @type {readonly Contestant[]} */
export const contestants = [
  { name: 'graph', title: 'Afterword graph', isOurs: true, kinds: ['gemm', ...work] },
  { name: 'xla', title: 'Afterword xla', isOurs: true, kinds: work },
  // Op by op, the same lab code: what recording is measured against. Its rollouts would take minutes.
  { name: 'eager', title: 'TensorFlow.js eager', isOurs: true, kinds: ['train'] },
  { name: 'torch', title: 'PyTorch eager', isOurs: false, kinds: ['gemm', ...work] },
  { name: 'torch-compile', title: 'torch.compile', isOurs: false, kinds: work },
  { name: 'jax', title: 'JAX jit', isOurs: false, kinds: work },
  { name: 'trl', title: 'TRL', isOurs: false, kinds: ['grpo'] },
]

/**
 * How to start a contestant's worker.
 * @param {Contestant} contestant
 * @param {{ root: string, scratch: string, ours: string, python: string | undefined, threads: number, device: 'cpu' | 'gpu', env: NodeJS.ProcessEnv }} where
 */
export function commandOf({ name, isOurs }, { root, scratch, ours, python, threads, device, env }) {
  const common = {
    ...env,
    ...(device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '', JAX_PLATFORMS: 'cpu' } : {}),
    OMP_NUM_THREADS: String(threads),
    TF_NUM_INTRAOP_THREADS: String(threads),
    // Several processes share the GPU and take what they need.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    XLA_PYTHON_CLIENT_PREALLOCATE: 'false',
  }
  if (isOurs) return { command: process.execPath, args: [ours, name], cwd: root, env: common }
  return {
    command: python ?? 'python3',
    args: [join(root, 'bench', 'peers', 'worker.py'), name],
    cwd: scratch,
    env: {
      ...common,
      // What they leave behind goes with the folder.
      TMPDIR: scratch,
      // Compile time is that of a first run.
      TORCHINDUCTOR_FORCE_DISABLE_CACHES: '1',
      TOKENIZERS_PARALLELISM: 'false',
      HF_HUB_OFFLINE: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  }
}
