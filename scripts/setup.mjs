// Completes whatever set-up is missing and exits: npm packages, native TensorFlow, Electron. `npm start`, `npm test`
// and `npx afterword` do this by themselves; run it alone to prepare a machine before it goes offline.
import './setup/node-version.mjs'
import { prepareDependencies } from './setup/dependencies.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { prepareNative } from './setup/native.mjs'

await runEntry(async (context) => {
  await prepareDependencies(context)
  await prepareNative(context)
  const electron = await prepareElectron(context)
  if (!electron.ok) context.log.warn(`no Electron: ${electron.reason}. To mend it: ${electron.advice}`)
})
