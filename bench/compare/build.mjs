// Bundles our contestant (bench/compare/ours.ts with the engine and the lab) to out/bench/ours.js, as the trainer is built.
import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds from the sources as they are now and gives the file's path.
 * @param {string} root the project folder
 * @returns {Promise<string>}
 */
export async function buildOurs(root) {
  const outDir = join(root, 'out', 'bench')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(root, 'bench', 'compare', 'ours.ts'),
      target: 'node18',
      outDir,
      emptyOutDir: true,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'ours.js' } },
    },
  })
  return join(outDir, 'ours.js')
}
