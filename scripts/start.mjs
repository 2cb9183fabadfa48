// `npm start`: completes the set-up, builds where the sources changed, and opens the workbench. Arguments after
// `--` go to the app.
import './setup/node-version.mjs'
import { prepareDependencies } from './setup/dependencies.mjs'
import { prepareBuild } from './setup/build.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { electronArguments, checkWindow } from './setup/launch.mjs'
import { prepareNative } from './setup/native.mjs'
import { runForeground } from './setup/process.mjs'

await runEntry(async (context) => {
  await prepareDependencies(context)
  await prepareNative(context)
  const electron = await prepareElectron(context)
  await prepareBuild(context)
  const path = await checkWindow(context, electron)
  const args = [...electronArguments(context, path), context.root, ...process.argv.slice(2)]
  process.exitCode = await runForeground(path, args, { cwd: context.root })
})
