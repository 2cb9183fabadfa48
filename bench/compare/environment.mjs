// The peers' Python environment: a venv of its own in the user's cache with pinned packages, fetched once through pip's
// own configuration. What cannot be had leaves its peers out, with a reason; nothing here throws for that.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCompiler } from '../../scripts/setup/binding.mjs'
import { withLock } from '../../scripts/setup/lock.mjs'
import { lastLines, run } from '../../scripts/setup/process.mjs'

/** Packages of each library. On a CPU machine a CPU build of torch is taken where pip is offered one. */
const requirements = {
  cpu: {
    torch: ['torch==2.13.0', 'numpy'],
    jax: ['jax==0.10.2', 'numpy'],
    trl: ['trl==1.16.0', 'transformers==5.23.0', 'datasets==5.2.0', 'accelerate==1.15.0'],
  },
  gpu: {
    torch: ['torch==2.13.0', 'numpy'],
    jax: ['jax[cuda12]==0.10.2', 'numpy'],
    trl: ['trl==1.16.0', 'transformers==5.23.0', 'datasets==5.2.0', 'accelerate==1.15.0'],
  },
}

/** The library each peer needs. */
const libraryOf = { torch: 'torch', 'torch-compile': 'torch', jax: 'jax', trl: 'trl' }

/**
 * Makes the environment complete for the wanted peers.
 * @param {import('../../scripts/setup/context.mjs').Context} context
 * @param {readonly string[]} peers
 * @param {'cpu' | 'gpu'} device
 * @returns {Promise<{ python: string | undefined, missing: Record<string, string> }>} the venv's python, and why a peer
 *   is left out
 */
export async function preparePeers(context, peers, device) {
  const missing = {}
  const leaveOut = (names, reason) => {
    for (const name of names) missing[name] ??= reason
  }
  if (peers.length === 0) return { python: undefined, missing }
  const version = await run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)'])
  if (version.code !== 0) {
    leaveOut(peers, `python3 with venv and pip is needed (${lastLines(version.stderr, 1)})`)
    return { python: undefined, missing }
  }
  const packages = requirements[device]
  const key = createHash('sha256')
    .update(JSON.stringify([version.stdout, packages]))
    .digest('hex')
    .slice(0, 10)
  const folder = join(context.cache, `bench-peers-${device}-${key}`)
  const python = join(folder, 'bin', 'python')
  await withLock(context.cache, 'bench-peers', context.log, async () => {
    if (!existsSync(join(folder, 'venv.done'))) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(context.cache, { recursive: true })
      const made = await run('python3', ['-m', 'venv', folder])
      if (made.code !== 0)
        return leaveOut(peers, `python3 -m venv: ${lastLines(made.stderr || made.stdout, 1)}`)
      writeFileSync(join(folder, 'venv.done'), '')
    }
    const libraries = [
      ...new Set(peers.flatMap((peer) => (peer === 'trl' ? ['torch', 'trl'] : [libraryOf[peer]]))),
    ]
    for (const library of libraries) {
      const reason = await install(context, folder, library, packages[library])
      if (reason === undefined) continue
      leaveOut(
        peers.filter((peer) => libraryOf[peer] === library || (library === 'torch' && peer === 'trl')),
        reason,
      )
    }
  })
  if (peers.includes('torch-compile') && !(await findCompiler(context))) {
    leaveOut(['torch-compile'], 'torch.compile needs a C++ compiler')
  }
  return { python, missing }
}

/** Installs a library's packages unless that was done; gives the reason where it fails. */
async function install(context, folder, library, packages) {
  const done = join(folder, `${library}.done`)
  if (existsSync(done)) return undefined
  if (context.isOffline) return `${library} is not in the cache and AFTERWORD_OFFLINE is set`
  context.log.note(`installing ${packages.join(' ')} for the comparison (once, into ${folder})`)
  const pip = await run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', ...packages], {
    onLine: (line) => context.log.progress(line),
    silenceSeconds: 600,
  })
  if (pip.code !== 0) return `pip install ${library}: ${lastLines(pip.stderr, 1)}`
  writeFileSync(done, '')
  return undefined
}
