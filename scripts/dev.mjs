// `npm run dev`: completes the set-up and opens the workbench from its sources, reloaded as they change.
import './setup/node-version.mjs'
import { join } from 'node:path'
import { prepareDependencies } from './setup/dependencies.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { electronArguments, checkWindow } from './setup/launch.mjs'
import { prepareNative } from './setup/native.mjs'
import { runForeground } from './setup/process.mjs'

await runEntry(async (context) => {
  await prepareDependencies(context)
  await prepareNative(context)
  const path = await checkWindow(context, await prepareElectron(context))
  const program = join(context.root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const args = [program, 'dev', ...process.argv.slice(2), '--', ...electronArguments(context, path)]
  const env = { ...context.env, ELECTRON_EXEC_PATH: path }
  process.exitCode = await runForeground(process.execPath, args, { cwd: context.root, env })
})
