// Checks the types of every layer: tsc for each tsconfig.<layer>.json in the project folder, vue-tsc for the window's.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const layers = readdirSync(root).filter(
  (name) => /^tsconfig\..+\.json$/.test(name) && name !== 'tsconfig.base.json',
)
const failed = []
for (const layer of layers.sort()) {
  const program =
    layer === 'tsconfig.web.json' ? ['vue-tsc', 'bin', 'vue-tsc.js'] : ['typescript', 'bin', 'tsc']
  const started = performance.now()
  const args = [join(root, 'node_modules', ...program), '--noEmit', '-p', join(root, layer)]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${layer} (${seconds} s)\n`)
  if (status !== 0) failed.push(layer)
}
process.exitCode = failed.length > 0 ? 1 : 0
