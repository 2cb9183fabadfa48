// GPU memory by process, as nvidia-smi tells it. Allocators keep what they took, so at the end it is about the largest.
import { run } from '../../scripts/setup/process.mjs'

/**
 * Bytes of GPU memory by process id; empty where nvidia-smi is missing or does not see processes (some containers).
 * @returns {Promise<Map<number, number>>}
 */
export async function gpuMemory() {
  const query = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits']
  const { code, stdout } = await run('nvidia-smi', query)
  if (code !== 0) return new Map()
  const lines = stdout.split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const [pid, mebibytes] = line.split(',').map(Number)
      return [pid, mebibytes * 2 ** 20]
    }),
  )
}
